using Stores.Tests.Contract;
using UserSync.Ledger;
using UserSync.Outcomes;

namespace Stores.Tests.Azure;

/// <summary>The service has done what it was asked, and nobody heard of it: the client asks again.</summary>
public sealed class LostAnswerTests : AzureTest
{
    private static readonly UserKey Ada = new("account-1", "ada");

    private readonly Wire wire = new();

    public LostAnswerTests(AzuriteServer server)
        : base(server)
    {
    }

    private StoreSet Unlucky => Fixture.Open(wire.Connect);

    [Fact]
    public async Task A_first_ledger_is_written_and_no_conflict()
    {
        wire.IsAnswerLost = Wire.Once(request => IsWriteOf(request, Fixture.Options.LedgerTable));

        Assert.NotNull(await Unlucky.Ledgers.TryWriteAsync(Ada, Samples.Ledger("a"), null, Cancellation));

        AssertRepeated(HttpMethod.Post, Fixture.Options.LedgerTable);
    }

    [Fact]
    public async Task A_ledger_is_written_on_its_version_and_no_conflict()
    {
        await Stores.Ledgers.TryWriteAsync(Ada, Samples.Ledger("a"), null, Cancellation);
        var row = await Stores.Ledgers.ReadAsync(Ada, Cancellation);
        wire.IsAnswerLost = Wire.Once(request => IsWriteOf(request, Fixture.Options.LedgerTable));

        Assert.NotNull(await Unlucky.Ledgers.TryWriteAsync(Ada, Samples.Ledger("b"), row.Version, Cancellation));

        AssertRepeated(HttpMethod.Put, Fixture.Options.LedgerTable);
        Assert.Equal(Samples.Text(Samples.Ledger("b")), Samples.Text((await Stores.Ledgers.ReadAsync(Ada, Cancellation)).Ledger));
    }

    [Fact]
    public async Task A_large_ledger_is_written_and_its_blob_stays()
    {
        wire.IsAnswerLost = Wire.Once(request => IsWriteOf(request, Fixture.Options.LedgerTable));

        Assert.NotNull(await Unlucky.Ledgers.TryWriteAsync(Ada, Samples.Ledger("a", 1_900_000), null, Cancellation));

        Assert.Equal(
            Samples.Text(Samples.Ledger("a", 1_900_000)), Samples.Text((await Stores.Ledgers.ReadAsync(Ada, Cancellation)).Ledger));
    }

    [Fact]
    public async Task A_conflict_remains_a_conflict()
    {
        await Stores.Ledgers.TryWriteAsync(Ada, Samples.Ledger("a"), null, Cancellation);
        wire.IsAnswerLost = Wire.Once(request => IsWriteOf(request, Fixture.Options.LedgerTable));

        Assert.Null(await Unlucky.Ledgers.TryWriteAsync(Ada, Samples.Ledger("b"), null, Cancellation));
    }

    [Fact]
    public async Task A_message_is_on_the_queue_at_least_once()
    {
        wire.IsAnswerLost = Wire.Once(request => IsWriteOf(request, "messages"));

        await Unlucky.Queue.EnqueueAsync([Samples.Message("evt-1")], TimeSpan.Zero, Cancellation);

        var taken = await Stores.Queue.ReceiveAsync(10, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancellation);
        Assert.Equal(2, taken.Count);
        Assert.All(taken, message => Assert.Equal("evt-1", Samples.Read(message).Id));
    }

    [Fact]
    public async Task A_message_is_completed_and_that_it_is_gone_is_no_error()
    {
        await Stores.Queue.EnqueueAsync([Samples.Message("evt-1") with { Event = Samples.JsonOf(100_000) }], TimeSpan.Zero, Cancellation);
        var unlucky = Unlucky;
        var taken = Assert.Single(await unlucky.Queue.ReceiveAsync(1, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancellation));
        wire.IsAnswerLost = Wire.Once(request => request.Method == HttpMethod.Delete);

        await unlucky.Queue.CompleteAsync(taken, Cancellation);

        Assert.Equal(0, (await Stores.Queue.MeasureAsync(Cancellation)).Messages);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task An_event_is_noted_once(int write)
    {
        var received = Samples.Received("evt-1", Samples.Time);
        var writes = 0;
        wire.IsAnswerLost = request => IsWriteOf(request, Fixture.Options.OutcomeTable) && Interlocked.Increment(ref writes) == write;

        await Unlucky.Outcomes.ReceiveAsync([received], Cancellation);

        Assert.Equal(Samples.Text(received), Samples.Text(await Stores.Outcomes.FindAsync("workos", "evt-1", Cancellation)));
        Assert.Single((await Stores.Outcomes.ListAsync(new OutcomeFilter(), null, 10, Cancellation)).Outcomes);
        Assert.Equal(2, (await RowsAsync(Account.Outcomes)).Count);
    }

    [Fact]
    public async Task An_event_is_concluded()
    {
        var ended = Samples.Ended("evt-1", OutcomeStatus.Applied, Samples.Time);
        await Stores.Outcomes.ReceiveAsync([Samples.Received("evt-1", Samples.Time)], Cancellation);
        wire.IsAnswerLost = Wire.Once(request => IsWriteOf(request, Fixture.Options.OutcomeTable));

        await Unlucky.Outcomes.ConcludeAsync([ended], Cancellation);

        Assert.Equal(Samples.Text(ended), Samples.Text((await Stores.Outcomes.FindAsync("workos", "evt-1", Cancellation))!.Conclusion));
    }

    [Fact]
    public async Task Outcomes_are_forgotten()
    {
        await Stores.Outcomes.ConcludeAsync(
            [.. Enumerable.Range(0, 30).Select(i => Samples.Ended($"evt-{i}", OutcomeStatus.Applied, Samples.Time))], Cancellation);
        wire.IsAnswerLost = Wire.Once(request => request.RequestUri!.AbsolutePath.EndsWith("$batch", StringComparison.Ordinal));

        await Unlucky.Outcomes.PruneAsync(Samples.Time.AddDays(1), Cancellation);

        Assert.Contains(wire.Requests, request => request.Address.AbsolutePath.EndsWith("$batch", StringComparison.Ordinal));
        Assert.Empty(await RowsAsync(Account.Outcomes));
    }

    private static bool IsWriteOf(HttpRequestMessage request, string resource) =>
        request.Method != HttpMethod.Get && request.RequestUri!.AbsolutePath.Contains($"/{resource}", StringComparison.Ordinal);

    private void AssertRepeated(HttpMethod method, string resource) =>
        Assert.Equal(2, wire.Count(method, path => path.Contains($"/{resource}", StringComparison.Ordinal)));
}
