using Stores.Tests.Contract;
using UserSync.Ledger;
using UserSync.Outcomes;

namespace Stores.Tests.Azure;

public sealed class PrivacyTests : AzureTest
{
    private const string Person = "ada.lovelace@example.com";

    private readonly Wire wire = new();

    public PrivacyTests(AzuriteServer server)
        : base(server)
    {
    }

    [Fact]
    public async Task No_address_that_is_called_names_a_person()
    {
        // Addresses stand in traces, in the client's log and in the account's own.
        var stores = Fixture.Open(wire.Connect);
        var user = new UserKey(Person, Person);
        await stores.Ledgers.TryWriteAsync(user, Samples.Ledger("a", 2_000_000), null, Cancellation);
        await stores.Ledgers.ReadAsync(user, Cancellation);
        await stores.Outcomes.ReceiveAsync(
            [Samples.Received(Person, Samples.Time, Person) with { Event = Samples.JsonOf(2_000_000) }], Cancellation);
        await stores.Outcomes.ConcludeAsync([Samples.Ended(Person, OutcomeStatus.Failed, Samples.Time, Person, Person)], Cancellation);
        await stores.Outcomes.ListAsync(new OutcomeFilter(Person, OutcomeStatus.Failed, Person, Samples.Time), null, 10, Cancellation);
        await stores.Queue.EnqueueAsync(
            [Samples.Message(Person) with { Source = Person, Event = Samples.JsonOf(100_000) }], TimeSpan.Zero, Cancellation);
        var message = Assert.Single(await stores.Queue.ReceiveAsync(1, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancellation));
        await stores.Queue.CompleteAsync(message, Cancellation);
        await stores.Outcomes.PruneAsync(Samples.Time.AddDays(1), Cancellation);

        Assert.True(wire.Requests.Count > 40);
        var addresses = wire.Requests.Select(request => Uri.UnescapeDataString(request.Address.AbsoluteUri));
        Assert.DoesNotContain(addresses, address => address.Contains("lovelace", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("lovelace", message.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_log_names_a_person_or_a_key()
    {
        using var logs = new LogCollector();
        var stores = Fixture.Open(wire.Connect, logs: logs);
        var user = new UserKey(Person, Person);
        var received = Samples.Received(Person, Samples.Time, Person) with { Event = Samples.Json($$"""{"email":"{{Person}}"}""") };
        await stores.Ledgers.TryWriteAsync(user, Samples.Ledger(Person), null, Cancellation);
        await stores.Outcomes.ReceiveAsync([received], Cancellation);
        await stores.Outcomes.FindAsync(Person, Person, Cancellation);
        await stores.Outcomes.ListAsync(new OutcomeFilter(Person, UserId: Person), null, 10, Cancellation);
        await stores.Queue.EnqueueAsync(
            [Samples.Message("a") with { Source = Person, Type = Person, Event = Samples.JsonOf(100_000) }], TimeSpan.Zero, Cancellation);

        // A body that cannot be read, one that is gone, and calls that are refused.
        wire.IsBusy = request =>
            request.Method == HttpMethod.Get && request.RequestUri!.AbsolutePath.Contains("/messages/", StringComparison.Ordinal);
        Assert.Empty(await stores.Queue.ReceiveAsync(1, TimeSpan.FromSeconds(1), TimeSpan.Zero, Cancellation));
        wire.IsBusy = _ => false;
        await Account.Blobs.RemoveAsync(Assert.Single(await BlobsAsync()), Cancellation);
        Assert.Empty(await stores.Queue.ReceiveAsync(1, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5), Cancellation));
        wire.IsBusy = _ => true;
        await Assert.ThrowsAsync<UserSync.Azure.AzureStoreException>(async () => await stores.Ledgers.ReadAsync(user, Cancellation));

        Assert.Contains(logs.Lines, line => line.StartsWith("Error The body of a message cannot be read", StringComparison.Ordinal));
        Assert.Contains(logs.Lines, line => line.StartsWith("Warning A message came back", StringComparison.Ordinal));
        Assert.Contains(logs.Lines, line => line.Contains(Fixture.Options.LedgerTable, StringComparison.Ordinal));
        var key = Fixture.Options.ConnectionString!.Split("AccountKey=")[1].Split(';')[0];
        Assert.All(logs.Lines, line =>
        {
            Assert.DoesNotContain("lovelace", Uri.UnescapeDataString(line), StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(key, line, StringComparison.Ordinal);
            Assert.DoesNotContain("AccountKey", line, StringComparison.OrdinalIgnoreCase);
        });
    }

    [Fact]
    public async Task Nothing_that_a_call_is_refused_with_is_repeated()
    {
        var wrong = Fixture.Options.ConnectionString!.Replace("AccountKey=", "AccountKey=AAAA", StringComparison.Ordinal);
        Fixture.Options.ConnectionString = wrong;
        var stores = Fixture.Open();

        var exception = await Assert.ThrowsAsync<UserSync.Azure.AzureStoreException>(
            async () => await stores.Ledgers.ReadAsync(new UserKey("a", Person), Cancellation));

        Assert.Equal(403, exception.Status);
        Assert.StartsWith("The storage account could not read a ledger: 403 Auth", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sign", exception.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.Null(exception.InnerException);
    }
}
