using System.Globalization;
using UserSync.Ledger;
using UserSync.Outcomes;
using UserSync.Processing;
using UserSync.Receiving.Events;
using UserSync.Sources;
using UserSync.Tests.Support;

namespace UserSync.Tests.Processing;

public abstract class UserUpdaterTests(bool keepsLeasesApart)
{
    private const string Planhat = """
        {
          "provider": "planhat", "id": "id", "time": "at",
          "map": { "email": "email", "name": "name", "is_active": "active", "custom_fields": { "tier": "tier", "city": "city" } }
        }
        """;

    private const string Salesforce = """
        { "provider": "salesforce", "id": "id", "time": "at", "map": { "email": "email", "first_name": "first", "last_name": "last" } }
        """;

    private protected static readonly Func<HttpRequestMessage, Task<HttpResponseMessage>> Taken = Script.Answer(200, """{ "id": "42" }""");
    private protected static readonly Func<HttpRequestMessage, Task<HttpResponseMessage>> Down = Script.Answer(500, "{}");
    private protected static readonly Func<HttpRequestMessage, Task<HttpResponseMessage>> Refused = Script.Answer(422, """{ "truto_is_remote_error": true }""");

    private Source source = TestSource.OfChanged(Planhat);
    private TestProcessing processing = null!;

    private protected Script Truto { get; private set; } = new(Taken);

    private protected TestProcessing Processing => processing;

    [Fact]
    public async Task What_is_pending_of_other_events_rides_along()
    {
        Begin(Down, Taken);

        var first = await TryAsync("e1", 1, "\"email\": \"a\", \"name\": \"n\"");
        var second = await TryAsync("e2", 2, "\"name\": \"m\", \"tier\": \"gold\"");

        Assert.Null(first.Ending);
        Assert.Equal("""{"email":"a","name":"m","custom_fields":{"tier":"gold"}}""", Truto.Sent[1].Body);
        Assert.Equal(OutcomeStatus.Applied, second.Ending!.Conclusion.Status);
        Assert.Equal(2, second.Ending.Update!.Events);
        var update = Assert.Single(processing.Outcomes.Updates);
        Assert.Equal((TestSource.Account, "42", """{"custom_fields":{"tier":"gold"},"email":"a","name":"m"}""".Length), (update.Account, update.UserId, update.Patch.GetRawText().Length));
        Assert.All(processing.Outcomes.All, outcome => Assert.Equal((OutcomeStatus.Applied, update.Id), (outcome.Conclusion.Status, outcome.Conclusion.UpdateId)));
        Assert.Equal(2, processing.Outcomes.All.Count);
        Settled();
    }

    [Fact]
    public async Task Each_attempt_that_failed_is_kept_with_what_was_sent_and_why_it_failed()
    {
        Begin(Down, Refused, Refused);
        var other = await TryAsync("e1", 1, "\"name\": \"n\"");
        var together = await TryAsync("e2", 2, "\"email\": \"a\"");
        await TryAsync("e2", 2, "\"email\": \"a\"", TestProcessing.First.Next(together));

        Assert.Null(other.Ending);
        Assert.Equal(
            [
                (Update.IdOfAttempt(source.Name, "e1", 0, 0, alone: false), """{"name":"n"}""", 1, "truto-failure"),
                (Update.IdOfAttempt(source.Name, "e2", 0, 0, alone: false), """{"email":"a","name":"n"}""", 2, "provider-validation"),
                (Update.IdOfAttempt(source.Name, "e2", 0, 0, alone: true), """{"email":"a"}""", 1, "provider-validation"),
            ],
            processing.Outcomes.FailedAttempts.Select(attempt => (attempt.Id, attempt.Patch.GetRawText(), attempt.Events, attempt.Failure!.Cause)));
        Assert.All(processing.Outcomes.FailedAttempts, attempt => Assert.Equal(("42", TestSource.Account), (attempt.UserId, attempt.Account)));
        Assert.Empty(processing.Outcomes.Updates);
    }

    [Fact]
    public async Task A_limit_is_no_attempt_that_failed()
    {
        Begin(Script.Answer(429, "{}", ("Retry-After", "30")));

        await TryAsync("e1", 1, "\"email\": \"a\"");

        Assert.Empty(processing.Outcomes.FailedAttempts);
    }

    [Fact]
    public void Attempts_of_different_events_have_different_ids()
    {
        string[] ids =
        [
            Update.IdOfAttempt("a", "e", 0, 0, alone: false), Update.IdOfAttempt("b", "e", 0, 0, alone: false), Update.IdOfAttempt("a", "f", 0, 0, alone: false),
            Update.IdOfAttempt("a", "e", 1, 0, alone: false), Update.IdOfAttempt("a", "e", 0, 1, alone: false), Update.IdOfAttempt("a", "e", 0, 0, alone: true),
            Update.IdOfAttempt("a", "0\nFalse\ne", 0, 0, alone: false),
        ];

        Assert.Equal(ids.Length, ids.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task An_event_that_rode_along_needs_no_update_of_its_own_when_its_message_comes()
    {
        Begin(Down, Taken);
        await TryAsync("e1", 1, "\"email\": \"a\"");
        var carrier = await TryAsync("e2", 2, "\"name\": \"m\"");

        var again = await TryAsync("e1", 1, "\"email\": \"a\"");

        Assert.Equal((OutcomeStatus.Applied, carrier.Ending!.Update!.Id), (again.Ending!.Conclusion.Status, again.Ending.Conclusion.UpdateId));
        Assert.Equal(2, Truto.Sent.Count);
    }

    [Fact]
    public async Task A_burst_of_events_for_one_user_costs_one_update()
    {
        Begin([.. Enumerable.Repeat(Down, 20), Taken]);
        for (var i = 0; i < 20; i++)
        {
            await TryAsync($"e{i:00}", i, $"\"name\": \"n{i}\", \"tier\": {i % 7}");
        }

        await TryAsync("e20", 20, "\"name\": \"last\"");
        for (var i = 0; i < 20; i++)
        {
            Assert.NotNull((await TryAsync($"e{i:00}", i, $"\"name\": \"n{i}\", \"tier\": {i % 7}")).Ending);
        }

        Assert.Equal(21, Truto.Sent.Count);
        Assert.Equal("""{"name":"last","custom_fields":{"tier":5}}""", Truto.Sent[20].Body);
        Assert.All(processing.Outcomes.All, outcome => Assert.Contains(outcome.Conclusion.Status, new[] { OutcomeStatus.Applied, OutcomeStatus.Skipped }));
    }

    [Fact]
    public async Task What_is_older_than_what_Truto_has_is_stale()
    {
        Begin(Taken);
        await TryAsync("e2", 2, "\"email\": \"new\"");

        var late = await TryAsync("e1", 1, "\"email\": \"old\"");

        Assert.Equal((OutcomeStatus.Skipped, SkipReason.Stale), (late.Ending!.Conclusion.Status, late.Ending.Conclusion.SkipReason));
        Assert.Equal((TestSource.Account, "42"), (late.Ending.Conclusion.Account, late.Ending.Conclusion.UserId));
        Assert.Single(Truto.Sent);
    }

    [Fact]
    public async Task Of_a_late_event_only_what_is_still_news_is_sent()
    {
        Begin(Taken);
        await TryAsync("e2", 2, "\"email\": \"new\"");

        var late = await TryAsync("e1", 1, "\"email\": \"old\", \"name\": \"n\"");

        Assert.Equal(OutcomeStatus.Applied, late.Ending!.Conclusion.Status);
        Assert.Equal("""{"name":"n"}""", Truto.Sent[1].Body);
    }

    [Fact]
    public async Task Of_two_events_at_the_same_time_the_greater_id_counts_in_either_order()
    {
        foreach (var order in (string[][])[["a", "b"], ["b", "a"]])
        {
            Begin(Taken);
            foreach (var id in order)
            {
                await TryAsync(id, 1, $"\"email\": \"of {id}\"");
            }

            Assert.Equal("""{"email":"of b"}""", Truto.Sent[^1].Body);
        }
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public async Task A_value_that_Truto_has_is_sent_again_only_where_that_is_wanted(bool sendUnchanged, int calls)
    {
        Begin(Taken);
        processing.Settings.SendUnchanged = sendUnchanged;
        await TryAsync("e1", 1, "\"email\": \"a\", \"tier\": 1");

        var echo = await TryAsync("e2", 2, "\"email\": \"a\", \"tier\": 1");

        Assert.Equal(calls, Truto.Sent.Count);
        Assert.Equal(
            sendUnchanged ? (OutcomeStatus.Applied, (SkipReason?)null) : (OutcomeStatus.Skipped, SkipReason.Unchanged),
            (echo.Ending!.Conclusion.Status, echo.Ending.Conclusion.SkipReason));
        Settled();
    }

    [Theory]
    [InlineData(false, true, 2)]
    [InlineData(true, false, 1)]
    public async Task A_source_says_for_itself_whether_what_Truto_has_is_sent_again(bool byDefault, bool ofSource, int calls)
    {
        Begin(Taken);
        processing.Settings.SendUnchanged = byDefault;
        source = TestSource.OfChanged(With($"\"truto\": {{ \"sendUnchanged\": {(ofSource ? "true" : "false")} }}"));
        await TryAsync("e1", 1, "\"email\": \"a\"");

        await TryAsync("e2", 2, "\"email\": \"a\"");

        Assert.Equal(calls, Truto.Sent.Count);
    }

    [Fact]
    public async Task The_same_event_again_has_the_same_end()
    {
        Begin(Taken);
        var first = await TryAsync("e1", 1, "\"email\": \"a\"");

        var again = await TryAsync("e1", 1, "\"email\": \"a\"");

        Assert.Equal((OutcomeStatus.Applied, first.Ending!.Update!.Id), (again.Ending!.Conclusion.Status, again.Ending.Conclusion.UpdateId));
        Assert.Single(Truto.Sent);
    }

    [Fact]
    public async Task A_refused_event_fails_alone()
    {
        // The bad one is pending when the good one comes, and both are refused together.
        Begin(Down, Refused, Taken, Refused, Taken);
        await TryAsync("bad", 1, "\"email\": \"nonsense\"");

        var together = await TryAsync("good", 2, "\"name\": \"n\"");

        Assert.Equal((null, true, false, TimeSpan.Zero), (together.Ending, together.Alone, together.SpendsAttempt, together.Delay));
        Assert.Equal("provider-validation", together.Failure!.Cause);
        Assert.Equal("""{"email":"nonsense","name":"n"}""", Truto.Sent[1].Body);
        Settled();
        Assert.Empty(processing.Outcomes.All);

        var good = await TryAsync("good", 2, "\"name\": \"n\"", TestProcessing.First.Next(together));
        Assert.Equal(OutcomeStatus.Applied, good.Ending!.Conclusion.Status);
        Assert.Equal("""{"name":"n"}""", Truto.Sent[2].Body);

        var bad = await TryAsync("bad", 1, "\"email\": \"nonsense\"");
        Assert.Equal((OutcomeStatus.Failed, "provider-validation", "42"), (bad.Ending!.Conclusion.Status, bad.Ending.Conclusion.Failure!.Cause, bad.Ending.Conclusion.UserId));
        Assert.Equal("""{"email":"nonsense"}""", Truto.Sent[3].Body);
        Settled();

        var next = await TryAsync("next", 3, "\"tier\": 1");
        Assert.Equal(OutcomeStatus.Applied, next.Ending!.Conclusion.Status);
        Assert.Equal("""{"custom_fields":{"tier":1}}""", Truto.Sent[4].Body);
    }

    [Fact]
    public async Task Alone_an_event_leaves_behind_what_is_pending_of_others()
    {
        Begin(Down, Taken);
        await TryAsync("other", 2, "\"email\": \"newer\", \"name\": \"n\"");

        var alone = await TryAsync("mine", 1, "\"email\": \"mine\"", TestProcessing.First with { Alone = true });

        Assert.Equal("""{"email":"mine"}""", Truto.Sent[1].Body);
        Assert.Equal(OutcomeStatus.Applied, alone.Ending!.Conclusion.Status);
        Assert.Equal(["email", "name"], processing.Ledgers.Of("42").Pending.Select(register => register.Key.ToString()).Order(StringComparer.Ordinal));
        Assert.Single(processing.Outcomes.All);
    }

    [Fact]
    public async Task An_event_that_was_refused_all_by_itself_fails_at_once()
    {
        Begin(Refused);

        var refused = await TryAsync("e1", 1, "\"email\": \"nonsense\"");

        Assert.Equal(OutcomeStatus.Failed, refused.Ending!.Conclusion.Status);
        Assert.Single(Truto.Sent);
        Settled();
    }

    [Fact]
    public async Task What_a_lost_update_left_of_a_refused_event_is_set_right_before_the_event_ends()
    {
        Begin(Taken, Down, Refused, Taken);
        await TryAsync("e1", 1, "\"email\": \"old\", \"name\": \"n\"");
        await TryAsync("e2", 2, "\"email\": \"new\", \"tier\": \"bad\"");

        var refused = await TryAsync("e2", 2, "\"email\": \"new\", \"tier\": \"bad\"");

        Assert.Equal((OutcomeStatus.Failed, "provider-validation"), (refused.Ending!.Conclusion.Status, refused.Ending.Conclusion.Failure!.Cause));
        Assert.Equal("""{"email":"old"}""", Truto.Sent[3].Body);
        Assert.All(processing.Ledgers.Of("42").Fields.Values, field => Assert.False(field.InDoubt));
        Settled();
    }

    [Fact]
    public async Task A_refusal_leaves_no_doubt_where_there_was_none()
    {
        Begin(Taken, Refused);
        await TryAsync("e1", 1, "\"email\": \"old\"");

        await TryAsync("e2", 2, "\"email\": \"bad\"");

        Assert.Equal(2, Truto.Sent.Count);
        Assert.False(Assert.Single(processing.Ledgers.Of("42").Fields.Values).InDoubt);
    }

    [Fact]
    public async Task A_refused_event_does_not_end_before_what_was_lost_is_set_right()
    {
        Begin(Taken, Down, Refused, Down, Refused, Taken);
        await TryAsync("e1", 1, "\"email\": \"old\"");
        await TryAsync("e2", 2, "\"email\": \"bad\"");

        var first = await TryAsync("e2", 2, "\"email\": \"bad\"");
        var second = await TryAsync("e2", 2, "\"email\": \"bad\"");

        Assert.Equal((null, true), (first.Ending, first.SpendsAttempt));
        Assert.Equal(OutcomeStatus.Failed, second.Ending!.Conclusion.Status);
        Assert.Equal(["""{"email":"old"}""", """{"email":"bad"}""", """{"email":"old"}"""], Truto.Sent.Skip(3).Select(sent => sent.Body));
        Settled();
    }

    [Fact]
    public async Task Where_Truto_takes_not_even_what_it_had_the_refused_event_still_ends()
    {
        Begin(Taken, Down, Refused);
        await TryAsync("e1", 1, "\"email\": \"old\"");
        await TryAsync("e2", 2, "\"email\": \"bad\"");

        var refused = await TryAsync("e2", 2, "\"email\": \"bad\"");

        Assert.Equal(OutcomeStatus.Failed, refused.Ending!.Conclusion.Status);
        Assert.Equal(4, Truto.Sent.Count);
        Assert.Empty(processing.Ledgers.Of("42").Doubtful);
        Settled();
    }

    [Fact]
    public async Task What_a_dead_lettered_event_left_in_doubt_is_set_right_with_the_next_update()
    {
        Begin(Taken, Down, Taken);
        await TryAsync("e1", 1, "\"email\": \"old\"");
        await TryAsync("e2", 2, "\"email\": \"new\"", TestProcessing.First with { Failed = processing.Settings.MaxAttempts - 1 });

        await TryAsync("e3", 3, "\"name\": \"n\"");

        Assert.Equal("""{"email":"old","name":"n"}""", Truto.Sent[2].Body);
        Assert.All(processing.Ledgers.Of("42").Fields.Values, field => Assert.False(field.InDoubt));
    }

    [Theory]
    [InlineData(1, SkipReason.Stale)]
    [InlineData(2, null)]
    public async Task What_is_in_doubt_is_set_right_also_with_an_event_that_says_nothing_new(int at, SkipReason? reason)
    {
        Begin(Taken);
        await TryAsync("e2", 2, "\"email\": \"b\", \"name\": \"n\"");
        processing.Ledgers.Change("42", ledger => ledger.Doubt(ledger.Fields.Keys));

        var old = await TryAsync($"e{at}", at, "\"email\": \"b\"");

        Assert.Equal((reason is null ? OutcomeStatus.Applied : OutcomeStatus.Skipped, reason), (old.Ending!.Conclusion.Status, old.Ending.Conclusion.SkipReason));
        Assert.Equal(["""{"email":"b","name":"n"}""", """{"email":"b","name":"n"}"""], Truto.Sent.Select(sent => sent.Body));
        Assert.False(processing.Ledgers.Of("42").HasDoubtful);
        Settled();
    }

    [Fact]
    public async Task Who_lost_the_lease_before_a_refusal_tries_again()
    {
        Begin(request =>
        {
            processing.Ledgers.Lend("42", new Lease("another", processing.Time.GetUtcNow().AddSeconds(45)));
            return Refused(request);
        });

        var refused = await TryAsync("e1", 1, "\"email\": \"bad\"");

        Assert.Equal((null, true), (refused.Ending, refused.Alone));
        Assert.Equal("another", processing.Ledgers.LeaseOf("42")?.Owner);
    }

    [Fact]
    public async Task Who_finds_the_user_leased_merges_and_comes_back_without_spending_an_attempt()
    {
        Begin(Taken);
        processing.Ledgers.Lend("42", new Lease("somebody", processing.Time.GetUtcNow().AddSeconds(30)));

        var disposition = await TryAsync("e1", 1, "\"email\": \"a\"");

        Assert.Equal((null, false, TimeSpan.FromSeconds(1), null), (disposition.Ending, disposition.SpendsAttempt, disposition.Delay, disposition.Failure));
        Assert.Empty(Truto.Sent);
        Assert.Equal("\"a\"", Assert.Single(processing.Ledgers.Of("42").Pending).Value.Value);
    }

    [Fact]
    public async Task A_lease_that_has_ended_holds_nobody()
    {
        Begin(Taken);
        processing.Ledgers.Lend("42", new Lease("dead", processing.Time.GetUtcNow()));

        Assert.Equal(OutcomeStatus.Applied, (await TryAsync("e1", 1, "\"email\": \"a\"")).Ending!.Conclusion.Status);
        Settled();
    }

    [Fact]
    public async Task What_comes_while_an_update_is_under_way_is_not_acknowledged_with_it()
    {
        Begin(request =>
        {
            processing.Ledgers.Change("42", ledger => ledger.Merge([KeyValuePair.Create(new UserSync.Mapping.FieldName("email"), new Register(new Stamp(Now.Time.AddSeconds(9), "e9", "test"), "\"newer\""))]));
            return Taken(request);
        });

        var mine = await TryAsync("e1", 1, "\"email\": \"a\"");

        Assert.Equal(OutcomeStatus.Applied, mine.Ending!.Conclusion.Status);
        Assert.Equal("\"newer\"", Assert.Single(processing.Ledgers.Of("42").Pending).Value.Value);
    }

    [Fact]
    public async Task Who_lost_the_lease_sends_everything_once_more()
    {
        Begin(Taken, request =>
        {
            // Held up for so long that another has the user, and perhaps sent something newer already.
            processing.Ledgers.Lend("42", new Lease("another", processing.Time.GetUtcNow().AddSeconds(45)));
            return Taken(request);
        }, Taken);
        await TryAsync("e0", 0, "\"name\": \"n\"");

        var lost = await TryAsync("e1", 1, "\"email\": \"a\"");

        Assert.Equal((null, true, false), (lost.Ending, lost.Resend, lost.SpendsAttempt));
        Assert.Equal(keepsLeasesApart ? 0 : 1, processing.Ledgers.Of("42").Pending.Count);
        Assert.Equal("another", processing.Ledgers.LeaseOf("42")?.Owner);
        Assert.DoesNotContain(processing.Outcomes.All, outcome => outcome.EventId == "e1");
        Assert.Contains(processing.UpdaterLog.Lines, line => line.StartsWith("Warning Event test/e1 lost its lease", StringComparison.Ordinal));

        processing.Ledgers.Return("42");
        var again = await TryAsync("e1", 1, "\"email\": \"a\"", TestProcessing.First.Next(lost));

        Assert.Equal(OutcomeStatus.Applied, again.Ending!.Conclusion.Status);
        Assert.Equal("""{"email":"a","name":"n"}""", Truto.Sent[2].Body);
        Settled();
    }

    [Fact]
    public async Task Everything_is_sent_once_more_also_where_somebody_else_sent_the_event_meanwhile()
    {
        Begin(Taken);
        await TryAsync("e1", 1, "\"email\": \"a\"");

        var again = await TryAsync("e1", 1, "\"email\": \"a\"", TestProcessing.First with { Resend = true });

        Assert.Equal(OutcomeStatus.Applied, again.Ending!.Conclusion.Status);
        Assert.Equal(2, Truto.Sent.Count);
        Assert.Equal("""{"email":"a"}""", Truto.Sent[1].Body);
    }

    [Fact]
    public async Task Where_sending_everything_once_more_is_refused_the_event_still_ends()
    {
        // Somebody deletes the user in the CRM.
        Begin(Taken, Down, Script.Answer(404, """{ "truto_is_remote_error": true }"""));
        await TryAsync("e1", 1, "\"name\": \"n\"");
        await TryAsync("e2", 2, "\"tier\": \"refused\"");
        var attempt = TestProcessing.First with { Resend = true };

        var dispositions = new List<Disposition>();
        while (dispositions.Count < 10 && dispositions is not [.., { Ending: not null }])
        {
            dispositions.Add(await TryAsync("e3", 3, "\"email\": \"a\"", attempt));
            attempt = attempt.Next(dispositions[^1]);
        }

        Assert.Equal((OutcomeStatus.Failed, "not-found"), (dispositions[^1].Ending?.Conclusion.Status, dispositions[^1].Ending?.Conclusion.Failure?.Cause));
        Assert.Equal(
            ["""{"email":"a","name":"n","custom_fields":{"tier":"refused"}}""", """{"email":"a","name":"n"}""", """{"email":"a"}"""],
            Truto.Sent.Skip(2).Select(sent => sent.Body));
    }

    [Fact]
    public async Task What_is_pending_of_others_does_not_keep_the_newest_from_being_sent_once_more()
    {
        Begin(Taken, Down, Refused, Taken);
        await TryAsync("e1", 1, "\"name\": \"n\"");
        await TryAsync("e2", 2, "\"tier\": \"refused\"");
        var attempt = TestProcessing.First with { Resend = true };

        var refused = await TryAsync("e1", 1, "\"name\": \"n\"", attempt);
        var sent = await TryAsync("e1", 1, "\"name\": \"n\"", attempt.Next(refused));

        Assert.True(refused.Alone);
        Assert.Equal(OutcomeStatus.Applied, sent.Ending!.Conclusion.Status);
        Assert.Equal("""{"name":"n"}""", Truto.Sent[3].Body);
    }

    [Fact]
    public async Task Fields_that_the_provider_requires_are_completed_from_the_ledger()
    {
        Begin(Taken);
        source = TestSource.OfChanged(Salesforce);
        await TryAsync("e1", 1, "\"email\": \"a@b.c\", \"first\": \"Ada\", \"last\": \"Lovelace\"");

        var partial = await TryAsync("e2", 2, "\"first\": \"Augusta\"");

        Assert.Equal((OutcomeStatus.Applied, 1), (partial.Ending!.Conclusion.Status, partial.Ending.Update!.Events));
        Assert.Equal("""{"email":"a@b.c","first_name":"Augusta","last_name":"Lovelace"}""", Truto.Sent[1].Body);
        Assert.Equal("e1", processing.Ledgers.Of("42").Fields[new UserSync.Mapping.FieldName("email")].Newest.Stamp.EventId);
    }

    [Fact]
    public async Task Fields_that_the_provider_requires_may_come_from_an_event_that_is_pending()
    {
        Begin(Down, Taken);
        source = TestSource.OfChanged(Salesforce);
        await TryAsync("e1", 1, "\"email\": \"a@b.c\", \"first\": \"Ada\", \"last\": \"Lovelace\"");

        await TryAsync("e2", 2, "\"first\": \"Augusta\"");

        Assert.Equal("""{"email":"a@b.c","first_name":"Augusta","last_name":"Lovelace"}""", Truto.Sent[1].Body);
    }

    [Fact]
    public async Task Without_a_field_that_the_provider_requires_an_event_fails_before_anything_is_sent()
    {
        Begin(Taken);
        source = TestSource.OfChanged(Salesforce);

        var failed = await TryAsync("e1", 1, "\"first\": \"Ada\", \"email\": null");

        Assert.Equal(
            new Failure(
                "mapping-failed",
                "email: salesforce requires it on every update; this event does not carry it, and no earlier one did; "
                + "last_name: salesforce requires it on every update; this event does not carry it, and no earlier one did",
                IsTransient: false),
            failed.Ending!.Conclusion.Failure);
        Assert.Equal((OutcomeStatus.Failed, "42"), (failed.Ending.Conclusion.Status, failed.Ending.Conclusion.UserId));
        Assert.Empty(Truto.Sent);
        Settled();
        Assert.Empty(processing.Ledgers.Of("42").Fields);
    }

    [Fact]
    public async Task An_event_that_cannot_be_completed_does_not_fail_others()
    {
        // Together they lack a last name; the second has all by itself.
        Begin(Taken);
        source = TestSource.OfChanged(Salesforce);
        processing.Ledgers.Change("42", ledger => ledger.Merge([KeyValuePair.Create(new UserSync.Mapping.FieldName("last_name"), new Register(new Stamp(Now.Time.AddSeconds(9), "e9", "test"), "null"))]));

        var together = await TryAsync("e1", 1, "\"email\": \"a@b.c\", \"first\": \"Ada\", \"last\": \"Lovelace\"");
        var alone = await TryAsync("e1", 1, "\"email\": \"a@b.c\", \"first\": \"Ada\", \"last\": \"Lovelace\"", TestProcessing.First.Next(together));

        Assert.Equal((null, true), (together.Ending, together.Alone));
        Assert.Equal(OutcomeStatus.Applied, alone.Ending!.Conclusion.Status);
    }

    [Fact]
    public async Task An_update_that_is_not_answered_in_time_leaves_the_user_leased_because_it_may_still_arrive()
    {
        Begin(_ => new TaskCompletionSource<HttpResponseMessage>().Task);
        processing.Time.PassesOver.Add(TimeSpan.FromSeconds(30));

        var late = await TryAsync("e1", 1, "\"email\": \"a\"");

        Assert.Equal((null, true, "timeout"), (late.Ending, late.SpendsAttempt, late.Failure?.Cause));
        Assert.Equal(Now.Time.AddSeconds(45), processing.Ledgers.LeaseOf("42")?.Until);
        Assert.Equal(Now.Time.AddSeconds(45), processing.Ledgers.Of("42").Lease?.Until);
        Assert.True(Assert.Single(processing.Ledgers.Of("42").Fields.Values).InDoubt);
    }

    [Theory]
    [InlineData(HttpRequestError.ResponseEnded)]
    [InlineData(HttpRequestError.Unknown)]
    public async Task An_update_whose_connection_broke_leaves_the_user_leased_because_it_may_still_arrive(HttpRequestError error)
    {
        Begin(Script.Throw(new HttpRequestException(error)), Taken);

        var lost = await TryAsync("e1", 1, "\"email\": \"a\"");
        var newer = await TryAsync("e2", 2, "\"email\": \"b\"");
        processing.Time.Advance(TimeSpan.FromSeconds(45));
        var late = await TryAsync("e2", 2, "\"email\": \"b\"");

        Assert.Equal((null, true, "connection-lost"), (lost.Ending, lost.SpendsAttempt, lost.Failure?.Cause));
        Assert.Equal((null, TimeSpan.FromSeconds(1), null), (newer.Ending, newer.Delay, newer.Failure));
        Assert.Equal(OutcomeStatus.Applied, late.Ending!.Conclusion.Status);
        Assert.Equal(["""{"email":"a"}""", """{"email":"b"}"""], Truto.Sent.Select(sent => sent.Body));
    }

    [Fact]
    public async Task An_update_that_was_sent_late_under_its_lease_may_also_arrive_late()
    {
        var step = new FirstStep();
        Begin(step, Script.Throw(new HttpRequestException(HttpRequestError.ResponseEnded)));
        step.When = () => processing.Ledgers.LeaseOf("42") is not null;
        step.Do = () => processing.Time.Advance(TimeSpan.FromSeconds(12));

        await TryAsync("e1", 1, "\"email\": \"a\"");

        Assert.Single(Truto.Sent);
        Assert.Equal(processing.Time.GetUtcNow().AddSeconds(45), processing.Ledgers.LeaseOf("42")?.Until);
    }

    [Fact]
    public async Task Who_lost_the_lease_before_an_update_that_may_still_arrive_failed_sends_everything_once_more()
    {
        Begin(
            Taken,
            request =>
            {
                processing.Ledgers.Lend("42", new Lease("another", processing.Time.GetUtcNow().AddSeconds(45)));
                return Script.Throw(new HttpRequestException(HttpRequestError.ResponseEnded))(request);
            },
            Taken);
        await TryAsync("e0", 0, "\"name\": \"n\"");

        var lost = await TryAsync("e1", 1, "\"email\": \"a\"");
        processing.Ledgers.Return("42");
        var again = await TryAsync("e1", 1, "\"email\": \"a\"", TestProcessing.First.Next(lost));

        Assert.Equal((null, true, true, "connection-lost"), (lost.Ending, lost.Resend, lost.SpendsAttempt, lost.Failure?.Cause));
        Assert.Equal(OutcomeStatus.Applied, again.Ending!.Conclusion.Status);
        Assert.Equal("""{"email":"a","name":"n"}""", Truto.Sent[2].Body);
        Settled();
    }

    [Fact]
    public async Task A_token_that_is_refused_and_read_again_gives_an_update_no_more_time()
    {
        Begin(
            request =>
            {
                processing.Time.Advance(TimeSpan.FromSeconds(31));
                return Script.Answer(401, "{}")(request);
            },
            Taken);

        var late = await TryAsync("e1", 1, "\"email\": \"a\"");

        Assert.Equal((null, "timeout"), (late.Ending, late.Failure?.Cause));
        Assert.Single(Truto.Sent);
    }

    [Theory]
    [InlineData(502)]
    [InlineData(504)]
    [InlineData(520)]
    public async Task An_update_of_which_a_gateway_heard_nothing_leaves_the_user_leased_because_it_may_still_arrive(int status)
    {
        Begin(Script.Answer(status, "{}"));

        var lost = await TryAsync("e1", 1, "\"email\": \"a\"");

        Assert.Equal((null, true, "no-answer"), (lost.Ending, lost.SpendsAttempt, lost.Failure?.Cause));
        Assert.Equal(Now.Time.AddSeconds(45), processing.Ledgers.LeaseOf("42")?.Until);
        Assert.Equal(Now.Time.AddSeconds(45), processing.Ledgers.Of("42").Lease?.Until);
    }

    [Fact]
    public async Task Where_no_connection_was_made_the_user_is_free()
    {
        Begin(Script.Throw(new HttpRequestException(HttpRequestError.ConnectionError)));

        var failed = await TryAsync("e1", 1, "\"email\": \"a\"");

        Assert.Equal((null, true, "connection-failed"), (failed.Ending, failed.SpendsAttempt, failed.Failure?.Cause));
        Assert.Null(processing.Ledgers.LeaseOf("42"));
    }

    [Fact]
    public async Task After_any_other_failure_the_user_is_free()
    {
        Begin(Down);

        var failed = await TryAsync("e1", 1, "\"email\": \"a\"");

        Assert.Equal((null, true, "truto-failure"), (failed.Ending, failed.SpendsAttempt, failed.Failure?.Cause));
        Assert.Null(processing.Ledgers.LeaseOf("42"));
        Assert.Single(processing.Ledgers.Of("42").Pending);
    }

    [Theory]
    [InlineData(0, null, 2)]
    [InlineData(3, null, 16)]
    [InlineData(10, null, 300)]
    [InlineData(0, "7", 7)]
    [InlineData(3, "7", 16)]
    public async Task A_failed_attempt_comes_back_after_a_backoff_but_not_before_Truto_says(int failed, string? header, int seconds)
    {
        Truto = new Script(header is null ? Down : Script.Answer(500, "{}", ("Retry-After", header)));
        Begin(new TestProcessing(Truto, random: new TestRandom(1), keepsLeasesApart: keepsLeasesApart));

        var disposition = await TryAsync("e1", 1, "\"email\": \"a\"", TestProcessing.First with { Failed = failed });

        Assert.Equal((TimeSpan.FromSeconds(seconds), true), (disposition.Delay, disposition.SpendsAttempt));
    }

    [Fact]
    public async Task After_the_last_attempt_the_event_is_dead_lettered_and_leaves_nothing_behind()
    {
        Begin(Down);

        var last = await TryAsync("e1", 1, "\"email\": \"a\"", TestProcessing.First with { Failed = 11 });

        Assert.Equal(
            (OutcomeStatus.DeadLettered, 12, "truto-failure", "42"),
            (last.Ending!.Conclusion.Status, last.Ending.Conclusion.Attempts, last.Ending.Conclusion.Failure!.Cause, last.Ending.Conclusion.UserId));
        Settled();
        Assert.Empty(processing.Ledgers.Of("42").Fields);
    }

    [Fact]
    public async Task A_rate_limit_costs_no_attempt_and_holds_the_whole_account_but_no_other()
    {
        Begin(Script.Answer(429, "{}", ("Retry-After", "30")), Taken);

        var limited = await TryAsync("e1", 1, "\"email\": \"a\"", TestProcessing.First with { Failed = 11 });
        var same = await TryAsync("e2", 2, "\"email\": \"b\"", user: "43");
        source = TestSource.OfChanged(With("\"account\": \"0d3c1f6e-5555-4c55-9b1e-5f0a3c2d1e05\""));
        var other = await TryAsync("e3", 3, "\"email\": \"c\"");

        Assert.Equal((null, false, TimeSpan.FromSeconds(30), "rate-limited"), (limited.Ending, limited.SpendsAttempt, limited.Delay, limited.Failure?.Cause));
        Assert.Equal((null, true, TimeSpan.FromSeconds(30), null), (same.Ending, same.IsLimited, same.Delay, same.Failure));
        Assert.Equal(OutcomeStatus.Applied, other.Ending!.Conclusion.Status);
        Assert.Equal(2, Truto.Sent.Count);
    }

    [Fact]
    public async Task Who_waits_for_the_limit_merges_first_and_what_comes_meanwhile_rides_along()
    {
        Begin(Taken);
        processing.Limits.AccountRequests = 1;
        await TryAsync("e0", 0, "\"email\": \"z\"", user: "41");

        var waits = await TryAsync("e1", 1, "\"email\": \"a\"");
        await TryAsync("e2", 2, "\"name\": \"n\"");
        processing.Time.Advance(waits.Delay);
        var goes = await TryAsync("e1", 1, "\"email\": \"a\"");

        Assert.Equal((TimeSpan.FromSeconds(10), true), (waits.Delay, waits.IsLimited));
        Assert.Equal(2, goes.Ending!.Update!.Events);
        Assert.Equal("""{"email":"a","name":"n"}""", Truto.Sent[1].Body);
    }

    [Fact]
    public async Task Nothing_is_begun_with_a_message_that_another_may_have()
    {
        Begin(Taken);

        var disposition = await TryAsync("e1", 1, "\"email\": \"a\"", TestProcessing.First with { HeldUntil = processing.Time.GetUtcNow() });

        Assert.Equal((null, TimeSpan.Zero, false), (disposition.Ending, disposition.Delay, disposition.SpendsAttempt));
        Assert.Empty(Truto.Sent);
        Assert.Empty(processing.Ledgers.All);
    }

    [Fact]
    public async Task What_Truto_took_is_noted_although_everything_is_to_stop_meanwhile()
    {
        using var stop = new CancellationTokenSource();
        var step = new FirstStep();
        Begin(new TestProcessing(Truto = new Script(Taken), steps: step, keepsLeasesApart: keepsLeasesApart));
        step.When = () => Truto.Sent.Count == 1;
        step.Do = stop.Cancel;

        var applied = await processing.Processor.ProcessAsync(source, Event("e1", 1, "\"email\": \"a\"", "42"), TestProcessing.First, stop.Token);

        Assert.True(stop.IsCancellationRequested);
        Assert.Equal(OutcomeStatus.Applied, applied.Ending!.Conclusion.Status);
        Assert.Equal(OutcomeStatus.Applied, processing.Outcomes.Only.Conclusion.Status);
        Assert.Single(processing.Outcomes.Updates);
        Settled();
    }

    [Fact]
    public async Task A_map_is_cleared_as_a_whole_before_its_keys_are_set_again()
    {
        Begin(Down, Down, Taken);
        var keys = source;
        source = TestSource.OfChanged("""{ "provider": "planhat", "id": "id", "time": "at", "map": { "custom_fields": { "from": "all", "null": "send" } } }""");
        var clears = source;
        await TryAsync("e1", 1, "\"all\": null");
        source = keys;
        await TryAsync("e2", 2, "\"email\": \"a\", \"tier\": \"gold\"");

        var first = await TryAsync("e2", 2, "\"email\": \"a\", \"tier\": \"gold\"");
        Assert.Equal((null, TimeSpan.Zero, false), (first.Ending, first.Delay, first.SpendsAttempt));
        Assert.Equal("""{"custom_fields":null,"email":"a"}""", Truto.Sent[2].Body);
        Assert.Equal(["e1"], processing.Outcomes.All.Where(outcome => outcome.Conclusion.Status == OutcomeStatus.Applied).Select(outcome => outcome.EventId));

        var second = await TryAsync("e2", 2, "\"email\": \"a\", \"tier\": \"gold\"");
        Assert.Equal(OutcomeStatus.Applied, second.Ending!.Conclusion.Status);
        Assert.Equal("""{"custom_fields":{"tier":"gold"}}""", Truto.Sent[3].Body);
        Settled();

        source = clears;
        Assert.Equal(OutcomeStatus.Applied, (await TryAsync("e1", 1, "\"all\": null")).Ending!.Conclusion.Status);
        source = keys;
        Assert.Equal(SkipReason.Stale, (await TryAsync("e0", 0, "\"city\": \"Oslo\"")).Ending!.Conclusion.SkipReason);
        Assert.Equal(4, Truto.Sent.Count);
    }

    [Fact]
    public async Task Sending_everything_once_more_does_not_clear_what_was_set_since()
    {
        Begin(Taken);
        var keys = source;
        source = TestSource.OfChanged("""{ "provider": "planhat", "id": "id", "time": "at", "map": { "custom_fields": { "from": "all", "null": "send" } } }""");
        await TryAsync("e1", 1, "\"all\": null");
        source = keys;
        await TryAsync("e2", 2, "\"tier\": \"gold\"");

        await TryAsync("e2", 2, "\"tier\": \"gold\"", TestProcessing.First with { Resend = true });

        Assert.Equal("""{"custom_fields":{"tier":"gold"}}""", Truto.Sent[2].Body);
    }

    [Fact]
    public async Task A_map_that_was_cleared_before_is_cleared_again_where_a_key_was_set_since()
    {
        Begin(Taken);
        var keys = source;
        var clears = TestSource.OfChanged("""{ "provider": "planhat", "id": "id", "time": "at", "map": { "custom_fields": { "from": "all", "null": "send" } } }""");
        source = clears;
        await TryAsync("e1", 1, "\"all\": null");
        source = keys;
        await TryAsync("e2", 2, "\"tier\": \"gold\"");
        source = clears;

        var again = await TryAsync("e3", 3, "\"all\": null");
        var unchanged = await TryAsync("e4", 4, "\"all\": null");

        Assert.Equal(OutcomeStatus.Applied, again.Ending!.Conclusion.Status);
        Assert.Equal(SkipReason.Unchanged, unchanged.Ending!.Conclusion.SkipReason);
        Assert.Equal("""{"custom_fields":null}""", Truto.Sent[2].Body);
        Assert.Equal(3, Truto.Sent.Count);
        Settled();
    }

    [Fact]
    public async Task A_map_that_is_cleared_late_gets_back_what_was_set_since()
    {
        Begin(Taken);
        var keys = source;
        await TryAsync("e2", 3, "\"tier\": \"gold\"");
        await TryAsync("e3", 1, "\"city\": \"Oslo\"");
        source = TestSource.OfChanged("""{ "provider": "planhat", "id": "id", "time": "at", "map": { "custom_fields": { "from": "all", "null": "send" } } }""");

        var clears = await TryAsync("e1", 2, "\"all\": null");
        var restores = await TryAsync("e1", 2, "\"all\": null");

        Assert.Equal((null, TimeSpan.Zero, false), (clears.Ending, clears.Delay, clears.SpendsAttempt));
        Assert.Equal(OutcomeStatus.Applied, restores.Ending!.Conclusion.Status);
        Assert.Equal(["""{"custom_fields":null}""", """{"custom_fields":{"tier":"gold"}}"""], Truto.Sent.Skip(2).Select(sent => sent.Body));
        Settled();

        source = keys;
        Assert.Equal(SkipReason.Unchanged, (await TryAsync("e4", 4, "\"tier\": \"gold\"")).Ending!.Conclusion.SkipReason);
    }

    [Fact]
    public async Task Updates_and_the_events_in_them_are_counted()
    {
        Begin(Down, Taken, Refused);
        using var measured = new Measurements(processing.Meters);

        await TryAsync("e1", 1, "\"email\": \"a\"");
        await TryAsync("e2", 2, "\"name\": \"n\"");
        await TryAsync("e3", 3, "\"name\": \"m\"");

        Assert.Equal(
            [
                "usersync.updates 1 provider=planhat result=truto-failure",
                "usersync.updates 1 provider=planhat result=applied",
                "usersync.updates 1 provider=planhat result=provider-validation",
            ],
            measured.Of("usersync.updates"));
        Assert.Equal(["usersync.update.events 2 provider=planhat"], measured.Of("usersync.update.events"));
        Assert.Equal(3, measured.Of("usersync.update.duration").Count());
        Assert.Equal(["usersync.events 1 outcome=applied", "usersync.events 1 outcome=failed reason=provider-validation"], measured.Of("usersync.events").Distinct());
    }

    [Fact]
    public async Task Waiting_for_a_limit_is_measured_by_whose_limit_it_is()
    {
        Begin(Taken, Script.Answer(429, "{}", ("Retry-After", "30")), Script.Answer(429, "{}"));
        using var measured = new Measurements(processing.Meters);
        processing.Limits.AccountRequests = 1;

        await TryAsync("e1", 1, "\"email\": \"a\"");
        var own = await TryAsync("e2", 2, "\"email\": \"b\"", user: "43");
        processing.Time.Advance(own.Delay);
        await TryAsync("e2", 2, "\"email\": \"b\"", user: "43");
        processing.Time.Advance(TimeSpan.FromSeconds(30));
        var unsaid = await TryAsync("e2", 2, "\"email\": \"b\"", user: "43");

        Assert.Equal(
            [
                "usersync.rate_limit.wait 10 limit=own",
                "usersync.rate_limit.wait 30 limit=remote",
                FormattableString.Invariant($"usersync.rate_limit.wait {unsaid.Delay.TotalSeconds} limit=remote"),
            ],
            measured.Of("usersync.rate_limit.wait"));
    }

    [Fact]
    public async Task Nothing_that_is_logged_is_personal()
    {
        Begin(Taken, Refused, Down);
        for (var i = 0; i < 3; i++)
        {
            await TryAsync($"e{i}", i, $"\"email\": \"ada{i}@example.com\"");
        }

        Assert.NotEmpty(processing.UpdaterLog.Lines);
        Assert.DoesNotContain(processing.UpdaterLog.Lines.Concat(processing.Log.Lines), line => line.Contains("example.com", StringComparison.Ordinal));
    }

    private protected void Begin(params Func<HttpRequestMessage, Task<HttpResponseMessage>>[] answers) => Begin(Steps.None, answers);

    private protected void Begin(Steps steps, params Func<HttpRequestMessage, Task<HttpResponseMessage>>[] answers) =>
        Begin(new TestProcessing(Truto = new Script(answers), steps: steps, keepsLeasesApart: keepsLeasesApart));

    private protected void Begin(TestProcessing begun) => processing = begun;

    /// <summary>The source that has one member more.</summary>
    private static string With(string member) => Planhat.Insert(Planhat.IndexOf('{', StringComparison.Ordinal) + 1, $"{member},");

    /// <summary>Makes sure that nobody has the user, and that nothing waits for Truto.</summary>
    private protected void Settled()
    {
        Assert.Null(processing.Ledgers.LeaseOf("42"));
        Assert.Empty(processing.Ledgers.Of("42").Pending);
    }

    private protected Task<Disposition> TryAsync(string id, int second, string members, Attempt? attempt = null, string user = "42") =>
        processing.Processor
            .ProcessAsync(source, Event(id, second, members, user), attempt ?? TestProcessing.First, TestContext.Current.CancellationToken)
            .AsTask();

    private ChangeEvent Event(string id, int second, string members, string user)
    {
        var at = Now.Time.AddHours(-1).AddSeconds(second).ToString("O", CultureInfo.InvariantCulture);
        return source.EventIn($$"""{ "id": "{{id}}", "at": "{{at}}", "user": "{{user}}", {{members}} }""");
    }
}
