using Stores.Tests.Contract;
using UserSync.Azure;
using UserSync.Ledger;
using UserSync.Outcomes;

namespace Stores.Tests.Azure;

public sealed class CreationTests : AzureTest
{
    private readonly Wire wire = new();

    public CreationTests(AzuriteServer server)
        : base(server)
    {
    }

    [Fact]
    public async Task What_is_missing_is_created_once_however_many_ask_for_it_at_the_same_time()
    {
        var stores = Fixture.Open(wire.Connect);

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => UseAsync(stores, i), Cancellation)));

        string[] created = [Fixture.Options.QueueName, Fixture.Options.QueueName + "-poison", Fixture.Options.ContainerName];
        Assert.All(
            created,
            name => Assert.Equal(1, wire.Count(HttpMethod.Put, path => path.EndsWith($"/{name}", StringComparison.Ordinal))));
        Assert.Equal(3, wire.Count(HttpMethod.Post, path => path.EndsWith("/Tables", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Two_processes_may_create_it_at_the_same_time() =>
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => UseAsync(Fixture.Open(), i), Cancellation)));

    [Fact]
    public async Task What_could_not_be_created_is_created_by_the_next_call()
    {
        wire.IsBusy = _ => true;
        var stores = Fixture.Open(wire.Connect);
        await Assert.ThrowsAsync<AzureStoreException>(() => UseAsync(stores, 0));

        wire.IsBusy = _ => false;

        await UseAsync(stores, 1);
    }

    [Fact]
    public async Task What_was_removed_meanwhile_is_created_by_the_call_after_the_one_that_failed()
    {
        await UseAsync(Stores, 0);
        await Account.Queue.CallAsync("remove", (queue, token) => queue.DeleteAsync(token), Cancellation);
        await Account.Ledgers.CallAsync("remove", (table, token) => table.DeleteAsync(token), Cancellation);
        await Account.Container.CallAsync("remove", (container, token) => container.DeleteAsync(cancellationToken: token), Cancellation);
        var large = Samples.Message("evt-1") with { Event = Samples.JsonOf(60_000) };

        await FailOnceAsync(() => Stores.Queue.EnqueueAsync([Samples.Message("evt-1")], TimeSpan.Zero, Cancellation));
        await FailOnceAsync(() => Stores.Queue.EnqueueAsync([large], TimeSpan.Zero, Cancellation));
        await FailOnceAsync(() => Stores.Ledgers.TryWriteAsync(new UserKey("a", "ada"), Samples.Ledger("a"), null, Cancellation).AsTask());

        static async Task FailOnceAsync(Func<Task> call)
        {
            Assert.Equal(404, (await Assert.ThrowsAsync<AzureStoreException>(call)).Status);
            await call();
        }
    }

    [Fact]
    public void Nothing_is_sent_before_the_first_call()
    {
        Fixture.Open(wire.Connect);

        Assert.Empty(wire.Requests);
    }

    private static async Task UseAsync(StoreSet stores, int number)
    {
        await stores.Queue.EnqueueAsync(
            [Samples.Message($"evt-{number}") with { Event = Samples.JsonOf(60_000) }], TimeSpan.Zero, Cancellation);
        await stores.Ledgers.ReadAsync(new UserKey("a", $"{number}"), Cancellation);
        await stores.Outcomes.ListAsync(new OutcomeFilter(), null, 1, Cancellation);
        await stores.Outcomes.FindUpdateAsync("update-1", Cancellation);
    }
}
