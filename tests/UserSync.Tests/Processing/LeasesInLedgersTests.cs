using UserSync.Ledger;
using UserSync.Mapping;
using UserSync.Outcomes;
using UserSync.Tests.Support;

namespace UserSync.Tests.Processing;

/// <summary>Updates over a store in which a lease is a part of the ledger.</summary>
public sealed class LeasesInLedgersTests() : UserUpdaterTests(keepsLeasesApart: false)
{
    [Fact]
    public async Task While_an_update_is_under_way_the_user_is_leased_for_longer_than_it_may_take()
    {
        UserLedger? during = null;
        Begin(request =>
        {
            during = Processing.Ledgers.Of("42");
            return Taken(request);
        });

        await TryAsync("e1", 1, "\"email\": \"a\"");

        Assert.Equal(Now.Time.AddSeconds(45), during!.Lease!.Until);
        Assert.All(during.Fields.Values, field => Assert.True(field.InDoubt));
        Settled();
    }

    [Fact]
    public async Task Who_was_slower_reads_again()
    {
        var step = new FirstStep();
        Begin(step, Taken);
        var other = new Register(new Stamp(Now.Time, "e0", "test"), "\"theirs\"");
        var steps = 0;
        step.When = () => ++steps == 2;
        step.Do = () => Processing.Ledgers.Change("42", ledger => ledger.Merge([KeyValuePair.Create(new FieldName("name"), other)]));

        using var measured = new Measurements(Processing.Meters);

        var mine = await TryAsync("e1", 1, "\"email\": \"a\"");

        Assert.Equal(["usersync.ledger.conflicts 1"], measured.Of("usersync.ledger.conflicts"));
        Assert.Equal(OutcomeStatus.Applied, mine.Ending!.Conclusion.Status);
        Assert.Equal("""{"email":"a","name":"theirs"}""", Assert.Single(Truto.Sent).Body);
    }

    [Fact]
    public async Task A_turn_that_turns_out_not_to_be_needed_is_given_back()
    {
        var step = new FirstStep();
        Begin(step, Taken);
        Processing.Limits.AccountRequests = 1;
        var steps = 0;
        step.When = () => ++steps == 2;
        step.Do = () => Processing.Ledgers.Change("42", ledger => ledger.Take(new Lease("faster", Processing.Time.GetUtcNow().AddSeconds(45)), []));

        var slower = await TryAsync("e1", 1, "\"email\": \"a\"");
        var other = await TryAsync("e2", 2, "\"email\": \"b\"", user: "43");

        Assert.Null(slower.Ending);
        Assert.Equal(OutcomeStatus.Applied, other.Ending!.Conclusion.Status);
    }
}
