using UserSync.Ledger;
using UserSync.Mapping;
using UserSync.Outcomes;
using UserSync.Tests.Support;

namespace UserSync.Tests.Processing;

/// <summary>Updates over a store that keeps leases apart from the ledgers.</summary>
public sealed class LeasesApartTests() : UserUpdaterTests(keepsLeasesApart: true)
{
    [Fact]
    public async Task While_an_update_is_under_way_the_user_is_leased_and_nothing_of_it_is_written()
    {
        (Lease? Lease, UserLedger Ledger) during = (null, UserLedger.Empty);
        Begin(request =>
        {
            during = (Processing.Ledgers.LeaseOf("42"), Processing.Ledgers.Of("42"));
            return Taken(request);
        });

        await TryAsync("e1", 1, "\"email\": \"a\"");

        Assert.Equal(Now.Time.AddSeconds(45), during.Lease?.Until);
        Assert.Empty(during.Ledger.Fields);
        Settled();
    }

    [Fact]
    public async Task What_another_wrote_while_the_update_was_under_way_stays()
    {
        var other = new Register(new Stamp(Now.Time, "e0", "test"), "\"theirs\"");
        Begin(request =>
        {
            Processing.Ledgers.Change("42", ledger => ledger.Merge([KeyValuePair.Create(new FieldName("name"), other)]));
            return Taken(request);
        });
        using var measured = new Measurements(Processing.Meters);

        var mine = await TryAsync("e1", 1, "\"email\": \"a\"");

        Assert.Equal(["usersync.ledger.conflicts 1"], measured.Of("usersync.ledger.conflicts"));
        Assert.Equal(OutcomeStatus.Applied, mine.Ending!.Conclusion.Status);
        Assert.Equal("""{"email":"a"}""", Assert.Single(Truto.Sent).Body);
        Assert.Equal(other, Assert.Single(Processing.Ledgers.Of("42").Pending).Value);
    }

    [Fact]
    public async Task What_was_sent_under_a_lease_that_nobody_ended_goes_to_Truto_once_more()
    {
        Begin(Taken);
        await TryAsync("e1", 1, "\"email\": \"a\", \"name\": \"n\"");
        Processing.Ledgers.Lend("42", new Lease("dead", Processing.Time.GetUtcNow()));

        var echo = await TryAsync("e2", 2, "\"email\": \"a\"");

        Assert.Equal(OutcomeStatus.Applied, echo.Ending!.Conclusion.Status);
        Assert.Equal("""{"email":"a","name":"n"}""", Truto.Sent[1].Body);
        Assert.All(Processing.Ledgers.Of("42").Fields.Values, field => Assert.False(field.InDoubt));
        Settled();
    }

    [Fact]
    public async Task While_somebody_else_updates_the_user_nothing_counts_as_unchanged()
    {
        Begin(Taken);
        await TryAsync("e1", 1, "\"email\": \"a\"");
        Processing.Ledgers.Lend("42", new Lease("somebody", Processing.Time.GetUtcNow().AddSeconds(30)));

        var echo = await TryAsync("e2", 2, "\"email\": \"a\"");

        Assert.Equal((null, TimeSpan.FromSeconds(1)), (echo.Ending, echo.Delay));
    }

    [Fact]
    public async Task A_lease_that_is_in_the_ledger_holds_as_well()
    {
        Begin(Taken);
        Processing.Ledgers.Change("42", ledger => ledger with { Lease = new Lease("somebody", Processing.Time.GetUtcNow().AddSeconds(30)) });

        var early = await TryAsync("e1", 1, "\"email\": \"a\"");
        Processing.Time.Advance(TimeSpan.FromSeconds(30));
        var late = await TryAsync("e1", 1, "\"email\": \"a\"");

        Assert.Null(early.Ending);
        Assert.Equal(OutcomeStatus.Applied, late.Ending!.Conclusion.Status);
        Settled();
    }

    [Fact]
    public async Task A_store_that_fails_before_anything_was_sent_leaves_nobody_leased()
    {
        var step = new FirstStep();
        Begin(step, Taken);
        Processing.Ledgers.Change("42", ledger => ledger.Merge([KeyValuePair.Create(new FieldName("name"), new Register(new Stamp(Now.Time, "e0", "test"), "1"))]));
        var steps = 0;
        step.When = () => ++steps == 2;
        step.Do = () => throw new InvalidOperationException("The disk is full.");

        await Assert.ThrowsAsync<InvalidOperationException>(() => TryAsync("e1", 1, "\"email\": \"a\""));

        Assert.Null(Processing.Ledgers.LeaseOf("42"));
        Assert.Empty(Truto.Sent);
    }
}
