using UserSync.Ledger;
using UserSync.Outcomes;

namespace Stores.Tests.Contract;

/// <summary>What every recorder of updates has to do.</summary>
public abstract class RecorderContract(IStoreFixture fixture) : StoreContract(fixture)
{
    private static readonly UserKey Ada = new("account-1", "ada/1 \0#?%😀");

    [Fact]
    public async Task What_Truto_took_is_kept_with_the_ledger_and_the_ends_of_its_events()
    {
        var update = NewUpdate("update-1");
        var applied = Samples.Ended("evt-1", OutcomeStatus.Applied, Samples.Time, userId: Ada.UserId);
        var stale = Samples.Ended("evt-2", OutcomeStatus.Skipped, Samples.Time, userId: Ada.UserId);
        await Outcomes.ReceiveAsync([Samples.Received("evt-1", Samples.Time), Samples.Received("evt-2", Samples.Time)], Cancellation);

        Assert.True(await RecordAsync(update, Samples.FullLedger(), null, applied, stale));

        Assert.Equal(Samples.Text(update), Samples.Text(await Outcomes.FindUpdateAsync("update-1", Cancellation)));
        Assert.Equal(Samples.Text(Samples.FullLedger()), Samples.Text((await Ledgers.ReadAsync(Ada, Cancellation)).Ledger));
        Assert.Equal(Samples.Text(applied), await EndAsync("evt-1"));
        Assert.Equal(Samples.Text(stale), await EndAsync("evt-2"));
    }

    [Fact]
    public async Task It_is_written_on_the_version_that_was_read_or_written()
    {
        var written = await Ledgers.TryWriteAsync(Ada, Samples.Ledger("a"), null, Cancellation);
        Assert.True(await RecordAsync(NewUpdate("update-1"), Samples.Ledger("b"), written));

        var read = await Ledgers.ReadAsync(Ada, Cancellation);
        Assert.True(await RecordAsync(NewUpdate("update-2"), Samples.Ledger("c"), read.Version));

        Assert.Equal(Samples.Text(Samples.Ledger("c")), Samples.Text((await Ledgers.ReadAsync(Ada, Cancellation)).Ledger));
    }

    [Fact]
    public async Task Where_another_was_faster_neither_ledger_nor_ends_are_written()
    {
        await Outcomes.ReceiveAsync([Samples.Received("evt-1", Samples.Time)], Cancellation);
        var version = await Ledgers.TryWriteAsync(Ada, Samples.Ledger("a"), null, Cancellation);
        await Ledgers.TryWriteAsync(Ada, Samples.Ledger("faster"), version, Cancellation);

        foreach (var stale in new[] { version, null })
        {
            Assert.False(await RecordAsync(NewUpdate("update-1"), Samples.Ledger("b"), stale, Samples.Ended("evt-1", OutcomeStatus.Applied, Samples.Time)));
        }

        Assert.Equal(Samples.Text(Samples.Ledger("faster")), Samples.Text((await Ledgers.ReadAsync(Ada, Cancellation)).Ledger));
        Assert.Equal(OutcomeStatus.Received, (await Outcomes.FindAsync("workos", "evt-1", Cancellation))!.Conclusion.Status);
    }

    [Fact]
    public async Task An_update_can_be_recorded_again_after_another_was_faster()
    {
        var update = NewUpdate("update-1");
        var version = await Ledgers.TryWriteAsync(Ada, Samples.Ledger("a"), null, Cancellation);
        var faster = await Ledgers.TryWriteAsync(Ada, Samples.Ledger("faster"), version, Cancellation);
        Assert.False(await RecordAsync(update, Samples.Ledger("b"), version));

        Assert.True(await RecordAsync(update, Samples.Ledger("b"), faster, Samples.Ended("evt-1", OutcomeStatus.Applied, Samples.Time)));

        Assert.Equal(Samples.Text(update), Samples.Text(await Outcomes.FindUpdateAsync("update-1", Cancellation)));
        Assert.Equal(Samples.Text(Samples.Ended("evt-1", OutcomeStatus.Applied, Samples.Time)), await EndAsync("evt-1"));
    }

    [Fact]
    public async Task An_event_that_was_applied_stays_applied()
    {
        var applied = Samples.Ended("evt-1", OutcomeStatus.Applied, Samples.Time, userId: Ada.UserId);
        await Outcomes.ConcludeAsync([applied], Cancellation);

        Assert.True(await RecordAsync(NewUpdate("update-1"), Samples.Ledger("a"), null, Samples.Ended("evt-1", OutcomeStatus.Skipped, Samples.Time.AddSeconds(1))));

        Assert.Equal(Samples.Text(applied), await EndAsync("evt-1"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_event_of_which_nothing_is_noted_yet_is_noted_with_its_end(bool rodeAlong)
    {
        var received = Samples.Received("evt-1", Samples.Time);
        var applied = Samples.Ended("evt-1", OutcomeStatus.Applied, Samples.Time, userId: Ada.UserId);
        if (rodeAlong)
        {
            await Outcomes.ConcludeAsync([applied], Cancellation);
        }

        Assert.True(await Fixture.Stores.Recorder.TryRecordAsync(
            NewUpdate("update-1"), Samples.Ledger("a"), null, [applied, Samples.Ended("evt-2", OutcomeStatus.Applied, Samples.Time)], received, Cancellation));

        var outcome = await Outcomes.FindAsync("workos", "evt-1", Cancellation);
        Assert.Equal(Samples.Text(received with { Conclusion = applied }), Samples.Text(outcome));
        Assert.Null((await Outcomes.FindAsync("workos", "evt-2", Cancellation))!.Event);
    }

    private static Update NewUpdate(string id) => new()
    {
        Id = id,
        Account = Ada.Account,
        UserId = Ada.UserId,
        Patch = Samples.Json("""{"email":"ada@example.com"}"""),
        Response = Samples.Json("""{"id":"ada"}"""),
        StartedAt = Samples.Time,
        Duration = TimeSpan.FromMilliseconds(123.4567),
        Events = 2,
    };

    private ValueTask<bool> RecordAsync(Update update, UserLedger ledger, string? version, params Conclusion[] ended) =>
        Fixture.Stores.Recorder.TryRecordAsync(update, ledger, version, ended, received: null, Cancellation);

    private async Task<string> EndAsync(string id) => Samples.Text((await Outcomes.FindAsync("workos", id, Cancellation))!.Conclusion);
}
