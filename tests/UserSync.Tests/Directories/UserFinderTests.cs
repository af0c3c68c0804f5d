using System.Text.Json;
using Truto.Sandbox;
using UserSync.Directories;
using UserSync.Outcomes;
using UserSync.Processing;
using UserSync.Receiving.Events;
using UserSync.Sources;
using UserSync.Tests.Support;

namespace UserSync.Tests.Directories;

/// <summary>Finding the CRM user that an event is about, over a real connection to the sandbox.</summary>
public sealed class UserFinderTests
{
    private const string Pipedrive = "pipedrive";

    private static readonly Func<HttpRequestMessage, Task<HttpResponseMessage>> Refused =
        Script.Answer(403, """{ "statusCode": 403, "truto_is_remote_error": true }""");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("salesforce", "ada@example.com")]
    [InlineData("pipedrive", " ADA@Example.COM ")]
    [InlineData("onepagecrm", "Ada@example.com")]
    [InlineData("outreach", "ada@EXAMPLE.com")]
    [InlineData("planhat", "ada@example.com")]
    [InlineData("wix", "ada@example.com")]
    public async Task A_user_is_found_by_e_mail_whatever_its_case(string provider, string email)
    {
        await using var crm = await Crm.StartAsync(provider, pageSize: 3);
        for (var i = 0; i < 20; i++)
        {
            crm.Put($"{i}", i == 13 ? "Ada@Example.com" : $"user-{i}@example.com");
        }

        var world = World(crm);
        var source = Find(provider: provider);

        var disposition = await ProcessAsync(world, source, Event(world, source, email, "New"));

        Assert.Equal((OutcomeStatus.Applied, "13"), (disposition.Ending!.Conclusion.Status, disposition.Ending.Conclusion.UserId));
        Assert.Equal("/unified/crm/users/13", Assert.Single(crm.Truto.Calls, call => call.Method == "PATCH").Path);
        Assert.Equal(provider == "salesforce" ? "New" : "Ada", crm.Truto.Find(TestSource.Account, "13")!.FirstName);
    }

    [Fact]
    public async Task The_directory_is_read_once_for_many_events()
    {
        await using var crm = await Crm.StartAsync(Pipedrive);
        crm.Put("1", "ada@example.com");
        crm.Put("2", "bob@example.com");
        var world = World(crm);
        var source = Find();
        foreach (var email in (string[])["ada@example.com", "bob@example.com", "ada@example.com", "bob@example.com"])
        {
            await ProcessAsync(world, source, Event(world, source, email));
            world.Time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Equal(1, crm.Count("GET"));
    }

    [Theory]
    [InlineData("skip", OutcomeStatus.Skipped, null)]
    [InlineData("fail", OutcomeStatus.Failed, "user-not-found")]
    public async Task Who_is_missing_ends_as_the_source_says_after_one_more_reading(string missing, OutcomeStatus status, string? cause)
    {
        await using var crm = await Crm.StartAsync(Pipedrive);
        crm.Put("1", "ada@example.com");
        var world = World(crm);
        var source = Find($$"""{ "missing": "{{missing}}" }""");
        await ProcessAsync(world, source, Event(world, source, "ada@example.com"));
        world.Time.Advance(TimeSpan.FromMinutes(10));

        var disposition = await ProcessAsync(world, source, Event(world, source, "nobody@example.com"));

        Assert.Equal((status, cause), (disposition.Ending!.Conclusion.Status, disposition.Ending.Conclusion.Failure?.Cause));
        Assert.Equal(missing == "skip" ? SkipReason.NoUser : null, disposition.Ending.Conclusion.SkipReason);
        Assert.Equal(2, crm.Count("GET"));
        Assert.Equal(0, crm.Count("POST"));
    }

    [Fact]
    public async Task Who_came_to_the_CRM_after_the_last_reading_is_found_by_the_one_that_the_miss_triggers()
    {
        await using var crm = await Crm.StartAsync(Pipedrive);
        crm.Put("1", "ada@example.com");
        var world = World(crm);
        var source = Find();
        await ProcessAsync(world, source, Event(world, source, "ada@example.com"));
        world.Time.Advance(TimeSpan.FromMinutes(10));
        crm.Put("2", "new@example.com");

        var disposition = await ProcessAsync(world, source, Event(world, source, "new@example.com"));

        Assert.Equal("2", disposition.Ending!.Conclusion.UserId);
        Assert.Contains("updated_at", Uri.UnescapeDataString(crm.Truto.Calls.Last(call => call.Method == "GET").Query));
    }

    [Fact]
    public async Task Many_misses_trigger_one_reading_and_not_many()
    {
        await using var crm = await Crm.StartAsync(Pipedrive);
        crm.Put("1", "ada@example.com");
        var world = World(crm);
        var source = Find();
        await ProcessAsync(world, source, Event(world, source, "ada@example.com"));
        var waits = new List<TimeSpan>();
        for (var i = 0; i < 30; i++)
        {
            world.Time.Advance(TimeSpan.FromSeconds(1));
            var disposition = await world.Processor.ProcessAsync(source, Event(world, source, $"nobody-{i}@example.com"), TestProcessing.First, Cancellation);
            Assert.Null(disposition.Ending);
            Assert.False(disposition.SpendsAttempt);
            waits.Add(disposition.Delay);
        }

        Assert.Equal(1, crm.Count("GET"));
        Assert.All(waits, wait => Assert.InRange(wait, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task Two_users_with_one_value_fail_the_event_and_neither_is_guessed()
    {
        await using var crm = await Crm.StartAsync(Pipedrive);
        crm.Put("1", "a@example.com", "Ada King");
        crm.Put("2", "b@example.com", " ADA king");
        var world = World(crm);
        var source = Find("""{ "find": { "name": "first" }, "missing": "create" }""");

        var disposition = await ProcessAsync(world, source, Event(world, source, "c@example.com", "Ada King"));

        Assert.Equal("ambiguous-user", disposition.Ending!.Conclusion.Failure!.Cause);
        Assert.DoesNotContain("King", disposition.Ending.Conclusion.Failure.Reason);
        Assert.Equal(0, crm.Count("PATCH") + crm.Count("POST"));
    }

    [Fact]
    public async Task Two_users_with_one_value_of_whom_one_is_gone_by_now_are_not_ambiguous_after_another_reading()
    {
        await using var crm = await Crm.StartAsync(Pipedrive);
        crm.Put("1", "a@example.com", "Ada King");
        crm.Put("2", "b@example.com", "Ada King");
        var world = World(crm);
        var source = Find("""{ "find": { "name": "first" } }""");
        await ProcessAsync(world, source, Event(world, source, "c@example.com", "Ada King"));
        crm.Truto.RemoveUser(TestSource.Account, "1");
        world.Time.Advance(TimeSpan.FromMinutes(10));

        var disposition = await ProcessAsync(world, source, Event(world, source, "c@example.com", "Ada King"));

        Assert.Equal("2", disposition.Ending!.Conclusion.UserId);
    }

    [Fact]
    public async Task A_user_is_found_by_a_field_of_the_CRMs_own_record()
    {
        await using var crm = await Crm.StartAsync("salesforce");
        crm.Put("1", "a@example.com");
        crm.Truto.PutUser(TestSource.Account, new SandboxUser("2") { Email = "b@example.com", RemoteData = new Dictionary<string, JsonElement> { ["EmployeeNumber"] = JsonElement.Parse("4711") } });
        var world = World(crm);
        var source = Find("""{ "find": { "remote_data.EmployeeNumber": "first" } }""", "salesforce");

        var disposition = await ProcessAsync(world, source, Event(world, source, "b@example.com", "4711"));

        Assert.Equal("2", disposition.Ending!.Conclusion.UserId);
    }

    [Fact]
    public async Task A_person_who_was_found_once_is_the_same_after_the_e_mail_has_changed()
    {
        await using var crm = await Crm.StartAsync(Pipedrive);
        crm.Put("1", "ada@example.com");
        crm.Put("2", "bob@example.com");
        var world = World(crm);
        var source = Find("""{ "key": "person" }""");
        await ProcessAsync(world, source, Event(world, source, "ada@example.com", person: "p1"));

        var disposition = await ProcessAsync(world, source, Event(world, source, "lovelace@example.com", person: "p1"));
        var taken = await ProcessAsync(world, source, Event(world, source, "bob@example.com", person: "p1"));

        Assert.Equal("1", disposition.Ending!.Conclusion.UserId);
        Assert.Equal("1", taken.Ending!.Conclusion.UserId);
        Assert.Equal(1, crm.Count("GET"));
    }

    [Fact]
    public async Task A_table_of_links_goes_before_all_else_and_needs_no_call()
    {
        await using var crm = await Crm.StartAsync(Pipedrive);
        crm.Put("1", "ada@example.com");
        crm.Put("2", "bob@example.com");
        var world = World(crm);
        using var folder = new Folder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "links"));
        folder.With("links/people.csv", "source_id,crm_id\r\np1,2\r\n");
        var source = folder.With("test.json", TestSource.Finding(Pipedrive, """{ "key": "person", "links": "people" }""")).Load().Find("test")!;

        var linked = await ProcessAsync(world, source, Event(world, source, "ada@example.com", person: "p1"));

        Assert.Equal("2", linked.Ending!.Conclusion.UserId);
        Assert.Equal(0, crm.Count("GET"));
    }

    [Fact]
    public async Task Who_is_not_in_the_only_table_fails_with_a_reason()
    {
        await using var crm = await Crm.StartAsync(Pipedrive);
        var world = World(crm);
        using var folder = new Folder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "links"));
        folder.With("links/people.csv", "source_id,crm_id\np1,2\n");
        var source = folder.With("test.json", TestSource.With("""{ "user": { "key": "person", "links": "people" } }""")).Load().Find("test")!;

        var disposition = await ProcessAsync(world, source, Event(world, source, "ada@example.com", person: "p9"));

        Assert.Equal(("user-not-found", "The table of links does not say who this person is: add a line to it."), (disposition.Ending!.Conclusion.Failure!.Cause, disposition.Ending.Conclusion.Failure.Reason));
    }

    [Theory]
    [InlineData("pipedrive")]
    [InlineData("salesforce")]
    public async Task Who_is_missing_is_created_with_one_call_and_found_from_then_on(string provider)
    {
        await using var crm = await Crm.StartAsync(provider);
        crm.Put("1", "ada@example.com");
        var world = World(crm);
        var source = Find("""{ "missing": "create" }""", provider);

        var created = await ProcessAsync(world, source, Event(world, source, "new@example.com", "Grace"));
        world.Time.Advance(TimeSpan.FromSeconds(1));
        var again = await ProcessAsync(world, source, Event(world, source, "new@example.com", "Grace"));
        world.Time.Advance(TimeSpan.FromDays(2));
        var later = await ProcessAsync(world, source, Event(world, source, "New@Example.com", "Grace"));

        var user = Assert.Single(crm.Truto.Users(TestSource.Account), user => user.Email is "new@example.com" or "New@Example.com");
        Assert.Equal(OutcomeStatus.Applied, created.Ending!.Conclusion.Status);
        Assert.Equal(SkipReason.Unchanged, again.Ending!.Conclusion.SkipReason);
        Assert.Equal(user.Id, later.Ending!.Conclusion.UserId);
        Assert.Equal(1, crm.Count("POST"));
        Assert.NotNull(Assert.Single(crm.Truto.Calls, call => call.Method == "POST").IdempotencyKey);
        Assert.NotNull(created.Ending.Update!.Response);
    }

    [Fact]
    public async Task A_creation_whose_answer_was_lost_is_found_by_the_next_reading_and_not_repeated()
    {
        await using var crm = await Crm.StartAsync(Pipedrive);
        var world = new TestProcessing(new LosesAnswers(crm.Network), directories: new MemoryDirectories(), time: crm.Time);
        var source = Find("""{ "missing": "create" }""");
        var change = Event(world, source, "new@example.com");

        var first = await world.Processor.ProcessAsync(source, change, TestProcessing.First, Cancellation);
        var meanwhile = await world.Processor.ProcessAsync(source, change, TestProcessing.First, Cancellation);
        var last = await ProcessAsync(world, source, change);

        Assert.True(first.SpendsAttempt);
        Assert.Equal((false, TimeSpan.FromSeconds(1)), (meanwhile.SpendsAttempt, meanwhile.Delay));
        Assert.Single(crm.Truto.Users(TestSource.Account));
        Assert.Equal(1, crm.Count("POST"));
        Assert.NotNull(last.Ending!.Conclusion.UserId);
    }

    [Fact]
    public async Task A_creation_that_never_reached_the_CRM_is_repeated_with_the_same_key()
    {
        await using var crm = await Crm.StartAsync(Pipedrive);
        var keys = new List<string>();
        var world = new TestProcessing(new LosesRequests(crm.Network, keys), directories: new MemoryDirectories(), time: crm.Time);
        var source = Find("""{ "missing": "create" }""");

        var last = await ProcessAsync(world, source, Event(world, source, "new@example.com"));

        Assert.Equal(OutcomeStatus.Applied, last.Ending!.Conclusion.Status);
        Assert.Equal(2, keys.Count);
        Assert.Single(keys.Distinct());
        Assert.Single(crm.Truto.Users(TestSource.Account));
    }

    [Theory]
    [InlineData(9.5, true)]
    [InlineData(10, false)]
    public async Task A_creation_has_only_the_time_that_the_writing_of_its_claim_leaves(double seconds, bool isCreated)
    {
        await using var crm = await Crm.StartAsync(Pipedrive);
        var network = new TakesTime(crm.Network, crm.Time, TimeSpan.FromSeconds(seconds));
        var store = new SlowClaim(new MemoryDirectories(), crm.Time, TimeSpan.FromSeconds(20));
        var world = new TestProcessing(network, directories: store, time: crm.Time);
        var source = Find("""{ "missing": "create" }""");

        var first = await world.Processor.ProcessAsync(source, Event(world, source, "new@example.com"), TestProcessing.First, Cancellation);

        Assert.Equal(
            isCreated ? (OutcomeStatus.Applied, null) : (null, "timeout"),
            (first.Ending?.Conclusion.Status, first.Failure?.Cause));
        Assert.Equal(isCreated ? 1 : 0, crm.Count("POST"));
    }

    [Fact]
    public async Task A_creation_whose_claim_took_all_the_time_to_write_is_not_begun_and_leaves_no_claim_behind()
    {
        await using var crm = await Crm.StartAsync(Pipedrive);
        var store = new SlowClaim(new MemoryDirectories(), crm.Time, TimeSpan.FromSeconds(30));
        var world = new TestProcessing(crm.Network, directories: store, time: crm.Time);
        var source = Find("""{ "missing": "create" }""");
        var change = Event(world, source, "new@example.com");

        var first = await world.Processor.ProcessAsync(source, change, TestProcessing.First, Cancellation);
        var before = crm.Count("POST");
        var second = await world.Processor.ProcessAsync(source, change, TestProcessing.First, Cancellation);

        Assert.Equal((false, TimeSpan.Zero, 0), (first.SpendsAttempt, first.Delay, before));
        Assert.Equal((OutcomeStatus.Applied, 1), (second.Ending!.Conclusion.Status, crm.Count("POST")));
    }

    [Fact]
    public async Task What_another_event_says_is_not_taken_for_sent_where_it_repeats_a_creation()
    {
        var posts = 0;
        var patches = new List<string>();
        var network = new Script(async request =>
        {
            if (request.Method == HttpMethod.Post)
            {
                return ++posts == 1
                    ? throw new HttpRequestException(HttpRequestError.ResponseEnded)
                    : await Script.Answer(200, """{ "id": "77", "first_name": "Ada" }""")(request);
            }

            if (request.Method == HttpMethod.Patch)
            {
                patches.Add(await request.Content!.ReadAsStringAsync(Cancellation));
                return await Script.Answer(200, """{ "id": "77" }""")(request);
            }

            return await Script.Answer(200, """{ "result": [], "next_cursor": null }""")(request);
        });
        var world = new TestProcessing(network, directories: new MemoryDirectories());
        var source = Find("""{ "missing": "create" }""");

        await world.Processor.ProcessAsync(source, Event(world, source, "new@example.com"), TestProcessing.First, Cancellation);
        world.Time.Advance(TimeSpan.FromMinutes(1));
        var other = await ProcessAsync(world, source, Event(world, source, "new@example.com", "Grace"));

        Assert.Equal((OutcomeStatus.Applied, "77"), (other.Ending!.Conclusion.Status, other.Ending.Conclusion.UserId));
        Assert.Contains("Grace", Assert.Single(patches), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repetition_that_meets_a_limit_keeps_the_key_of_the_creation_that_is_in_doubt()
    {
        await using var crm = await Crm.StartAsync(Pipedrive);
        var keys = new List<string>();
        var network = new LosesRequests(new RefusesFirst(crm.Network, Script.Answer(429, null, ("Retry-After", "7"))), keys);
        var world = new TestProcessing(network, directories: new MemoryDirectories(), time: crm.Time);
        var source = Find("""{ "missing": "create" }""");

        var last = await ProcessAsync(world, source, Event(world, source, "new@example.com"));

        Assert.Equal(OutcomeStatus.Applied, last.Ending!.Conclusion.Status);
        Assert.Equal(3, keys.Count);
        Assert.Single(keys.Distinct());
    }

    [Fact]
    public async Task A_user_of_whom_nobody_says_the_id_is_not_created_without_end()
    {
        var posts = 0;
        var network = new Script(request =>
        {
            posts += request.Method == HttpMethod.Post ? 1 : 0;
            return Script.Answer(200, request.Method == HttpMethod.Post ? "{}" : """{ "result": [], "next_cursor": null }""")(request);
        });
        var world = new TestProcessing(network, directories: new MemoryDirectories());
        var source = Find("""{ "missing": "create" }""");

        var last = await ProcessAsync(world, source, Event(world, source, "new@example.com"));

        Assert.Equal((OutcomeStatus.DeadLettered, "invalid-response"), (last.Ending!.Conclusion.Status, last.Ending.Conclusion.Failure?.Cause));
        Assert.Equal(13, posts);
    }

    [Fact]
    public async Task A_creation_that_was_refused_leaves_no_claim_behind()
    {
        await using var crm = await Crm.StartAsync(Pipedrive);
        var world = new TestProcessing(new RefusesFirst(crm.Network, Refused), time: crm.Time);
        var source = Find("""{ "missing": "create" }""");

        var refused = await ProcessAsync(world, source, Event(world, source, "new@example.com"));
        var next = await world.Processor.ProcessAsync(source, Event(world, source, "new@example.com"), TestProcessing.First, Cancellation);

        Assert.Equal(OutcomeStatus.Failed, refused.Ending!.Conclusion.Status);
        Assert.Equal(OutcomeStatus.Applied, next.Ending!.Conclusion.Status);
    }

    [Fact]
    public async Task A_creation_that_meets_a_limit_holds_back_those_after_it()
    {
        await using var crm = await Crm.StartAsync(Pipedrive);
        var world = new TestProcessing(new RefusesFirst(crm.Network, Script.Answer(429, null, ("Retry-After", "7"))), time: crm.Time);
        var source = Find("""{ "missing": "create" }""");
        var change = Event(world, source, "new@example.com");

        var limited = await world.Processor.ProcessAsync(source, change, TestProcessing.First, Cancellation);
        var behind = await world.Processor.ProcessAsync(source, Event(world, source, "other@example.com"), TestProcessing.First, Cancellation);
        var last = await ProcessAsync(world, source, change);

        Assert.Equal((false, TimeSpan.FromSeconds(7)), (limited.SpendsAttempt, limited.Delay));
        Assert.Equal((false, TimeSpan.FromSeconds(7)), (behind.SpendsAttempt, behind.Delay));
        Assert.Equal(OutcomeStatus.Applied, last.Ending!.Conclusion.Status);
        Assert.Equal(1, crm.Count("POST"));
    }

    [Theory]
    [InlineData("\"\"", "gave nothing to look for")]
    [InlineData("null", "gave nothing to look for")]
    [InlineData("{ \"work\": \"ada@example.com\" }", "where a text or a number is expected")]
    public async Task An_event_that_does_not_say_whom_to_look_for_fails_with_the_reason(string email, string reason)
    {
        var world = new TestProcessing(new Script(Script.Answer(500)));
        var source = TestSource.OfChanged("""{ "user": { "find": { "email": "mail" } } }""");
        var change = source.EventIn($$"""{ "email": "ada@example.com", "mail": {{email}} }""") with { ReceivedAt = world.Time.GetUtcNow() };

        var disposition = await ProcessAsync(world, source, change);

        Assert.Equal(Failure.MappingFailed, disposition.Ending!.Conclusion.Failure!.Cause);
        Assert.Contains("user.find.email", disposition.Ending.Conclusion.Failure.Reason);
        Assert.Contains(reason, disposition.Ending.Conclusion.Failure.Reason);
        Assert.DoesNotContain("ada@", disposition.Ending.Conclusion.Failure.Reason);
    }

    [Fact]
    public async Task A_user_is_not_created_with_another_e_mail_than_the_one_that_was_looked_for()
    {
        await using var crm = await Crm.StartAsync(Pipedrive);
        var world = World(crm);
        var source = TestSource.OfChanged("""{ "user": { "find": { "email": "login" }, "missing": "create" } }""");

        var disposition = await ProcessAsync(world, source, source.EventIn("""{ "login": "a@example.com", "email": "b@example.com" }""") with { ReceivedAt = world.Time.GetUtcNow() });

        Assert.Equal("The user would be created with another email than the one that was looked for.", disposition.Ending!.Conclusion.Failure!.Reason);
        Assert.Equal(0, crm.Count("POST"));
    }

    [Fact]
    public async Task What_the_CRM_requires_of_a_new_user_and_the_event_does_not_say_fails_before_any_call()
    {
        await using var crm = await Crm.StartAsync("salesforce");
        var world = World(crm);
        var source = Find("""{ "missing": "create" }""", "salesforce");

        var disposition = await ProcessAsync(world, source, source.EventIn("""{ "email": "new@example.com", "first": "Grace" }""") with { ReceivedAt = world.Time.GetUtcNow() });

        Assert.Equal(Failure.MappingFailed, disposition.Ending!.Conclusion.Failure!.Cause);
        Assert.Equal(0, crm.Count("POST"));
    }

    [Fact]
    public async Task A_directory_that_cannot_be_read_puts_events_off_like_a_failed_update()
    {
        var truto = new Script(Script.Answer(500), Script.Answer(429, null, ("Retry-After", "7")), Script.Answer(403, """{ "statusCode": 403, "truto_is_remote_error": true }"""));
        var world = new TestProcessing(truto);
        var source = Find();
        var change = Event(world, source, "ada@example.com");

        var failed = await world.Processor.ProcessAsync(source, change, TestProcessing.First, Cancellation);
        var limited = await world.Processor.ProcessAsync(source, change, TestProcessing.First, Cancellation);
        world.Time.Advance(TimeSpan.FromSeconds(8));
        var refused = await world.Processor.ProcessAsync(source, change, TestProcessing.First, Cancellation);

        Assert.True(failed.SpendsAttempt);
        Assert.Equal((false, TimeSpan.FromSeconds(7)), (limited.SpendsAttempt, limited.Delay));
        Assert.Equal(3, truto.Sent.Count);
        Assert.Equal(OutcomeStatus.Failed, refused.Ending!.Conclusion.Status);
    }

    [Fact]
    public async Task Two_readers_share_the_work_and_one_goes_on_where_the_other_stopped()
    {
        await using var crm = await Crm.StartAsync("salesforce", pageSize: 5);
        for (var i = 0; i < 60; i++)
        {
            crm.Put($"{i:00}", $"user-{i}@example.com");
        }

        var directories = new MemoryDirectories();
        var source = Find(provider: "salesforce");
        var first = new TestProcessing(new StopsAfter(crm.Network, 4), directories: directories, time: crm.Time);
        var second = new TestProcessing(crm.Network, directories: directories, time: crm.Time);

        await first.Processor.ProcessAsync(source, Event(first, source, "user-59@example.com"), TestProcessing.First, Cancellation);
        var disposition = await ProcessAsync(second, source, Event(second, source, "user-59@example.com"));

        Assert.Equal("59", disposition.Ending!.Conclusion.UserId);
        Assert.Equal(12, crm.Count("GET"));
    }

    [Fact]
    public async Task It_works_while_the_sender_waits()
    {
        await using var crm = await Crm.StartAsync(Pipedrive);
        crm.Put("1", "ada@example.com");
        var world = World(crm);
        var source = Find();

        var endings = await world.Waiting.ProcessAsync(source, [Event(world, source, "ada@example.com")]);

        Assert.Equal((OutcomeStatus.Applied, "1"), (Assert.Single(endings).Conclusion.Status, endings[0].Conclusion.UserId));
        Assert.NotNull(endings[0].Update!.Response);
    }

    [Fact]
    public async Task Neither_notes_nor_texts_hold_the_e_mail_of_anybody()
    {
        var value = DirectoryValue.Of("email", "ada@example.com")!.Value;
        await Task.CompletedTask;

        Assert.Equal("email", value.ToString());
        Assert.DoesNotContain("ADA", NoteKey.Creation("a", value).ToString());
        Assert.DoesNotContain("ADA", new DirectoryEntry("1", [value]).ToString());
        Assert.DoesNotContain("ADA", new UserSearch("ADA", value).ToString());
    }

    private static TestProcessing World(Crm crm) => new(crm.Network, time: crm.Time);

    private static Source Find(string changes = "{}", string provider = Pipedrive) => TestSource.Of(TestSource.Finding(provider, changes));

    private static ChangeEvent Event(TestProcessing world, Source source, string email, string first = "Ada", string? person = null) =>
        source.EventIn($$"""{ "id": "{{Guid.NewGuid()}}", "email": "{{email}}", "first": "{{first}}", "last": "Lovelace", "person": "{{person}}" }""") with
        {
            OccurredAt = world.Time.GetUtcNow(),
            ReceivedAt = world.Time.GetUtcNow(),
        };

    /// <summary>Makes attempts until the event has ended, coming back when it is told to.</summary>
    private static async Task<Disposition> ProcessAsync(TestProcessing world, Source source, ChangeEvent change)
    {
        var attempt = TestProcessing.First;
        for (var i = 0; i < 200; i++)
        {
            var disposition = await world.Processor.ProcessAsync(source, change, attempt, Cancellation);
            if (disposition.Ending is not null)
            {
                return disposition;
            }

            world.Time.Advance(disposition.Delay + TimeSpan.FromSeconds(1));
            attempt = attempt.Next(disposition);
        }

        throw new InvalidOperationException("The event does not end.");
    }

    /// <summary>Truto creates the user, and the answer is lost, once.</summary>
    private sealed class LosesAnswers(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            return request.Method == HttpMethod.Post ? throw new HttpRequestException("The connection was lost.") : response;
        }
    }

    /// <summary>The first creation is not taken.</summary>
    private sealed class RefusesFirst(HttpMessageHandler inner, Func<HttpRequestMessage, Task<HttpResponseMessage>> answer) : DelegatingHandler(inner)
    {
        private int creations;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            request.Method == HttpMethod.Post && ++creations == 1 ? answer(request) : base.SendAsync(request, cancellationToken);
    }

    /// <summary>The first creation never arrives.</summary>
    private sealed class LosesRequests(HttpMessageHandler inner, List<string> keys) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Post)
            {
                keys.Add(request.Headers.GetValues("Idempotency-Key").Single());
                if (keys.Count == 1)
                {
                    throw new HttpRequestException("The connection was lost.");
                }
            }

            return base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>A creation takes its time, and is given up where it has less.</summary>
    private sealed class TakesTime(HttpMessageHandler inner, TestTime time, TimeSpan length) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Post)
            {
                time.Advance(length);
                cancellationToken.ThrowIfCancellationRequested();
            }

            return base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>A store that takes its time to write the first claim.</summary>
    private sealed class SlowClaim(MemoryDirectories inner, TestTime time, TimeSpan length) : IDirectoryStore
    {
        private static readonly NoteKey Claim = NoteKey.Creation(TestSource.Account, DirectoryValue.Of("email", "new@example.com")!.Value);

        private int claims;

        public ValueTask<DirectoryNote> ReadAsync(NoteKey key, CancellationToken cancellationToken) => inner.ReadAsync(key, cancellationToken);

        public ValueTask<bool> TryWriteAsync(NoteKey key, ReadOnlyMemory<byte> content, string? version, CancellationToken cancellationToken)
        {
            if (key == Claim && ++claims == 1)
            {
                time.Advance(length);
            }

            return inner.TryWriteAsync(key, content, version, cancellationToken);
        }

        public ValueTask SaveAsync(string account, IReadOnlyList<DirectoryEntry> users, long generation, CancellationToken cancellationToken) =>
            inner.SaveAsync(account, users, generation, cancellationToken);

        public ValueTask<IReadOnlyList<string>> FindAsync(string account, DirectoryValue value, CancellationToken cancellationToken) =>
            inner.FindAsync(account, value, cancellationToken);

        public ValueTask<string?> SweepAsync(string account, long generation, string? position, CancellationToken cancellationToken) =>
            inner.SweepAsync(account, generation, position, cancellationToken);
    }

    /// <summary>A connection that fails after some requests.</summary>
    private sealed class StopsAfter(HttpMessageHandler inner, int requests) : DelegatingHandler(inner)
    {
        private int count;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            ++count > requests ? throw new HttpRequestException("The connection was lost.") : base.SendAsync(request, cancellationToken);
    }
}
