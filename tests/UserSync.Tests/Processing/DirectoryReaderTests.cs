using System.Globalization;
using System.Web;
using Truto.Sandbox;
using UserSync.Directories;
using UserSync.Outcomes;
using UserSync.Processing;
using UserSync.Sources;
using UserSync.Tests.Support;

namespace UserSync.Tests.Processing;

/// <summary>Reading the directory of an account, over a real connection to the sandbox.</summary>
public sealed class DirectoryReaderTests
{
    private const string Salesforce = "salesforce";
    private const string Pipedrive = "pipedrive";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_is_read_once_and_again_after_a_day()
    {
        await using var crm = await Crm.StartAsync(Salesforce);
        crm.Put("1", "ada@example.com");
        using var folder = Sources(Salesforce);
        var world = World(crm, folder);

        await world.Reader.RefreshAsync(Cancellation);
        crm.Time.Advance(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1));
        var isMore = await world.Reader.RefreshAsync(Cancellation);
        var before = crm.Count("GET");
        crm.Time.Advance(TimeSpan.FromSeconds(1));
        await world.Reader.RefreshAsync(Cancellation);

        Assert.False(isMore);
        Assert.Equal((1, 2), (before, crm.Count("GET")));
        Assert.Equal(
            Enumerable.Repeat($"Information Read the directory of account {TestSource.Account}: 1 users in 00:00:00.", 2), world.DirectoryLog.Lines);
    }

    [Theory]
    [InlineData("outreach")]
    [InlineData("pipedrive")]
    [InlineData("planhat")]
    [InlineData("wix")]
    public async Task What_has_changed_is_read_every_quarter_of_an_hour_where_the_provider_can_say_it(string provider)
    {
        await using var crm = await Crm.StartAsync(provider);
        crm.Put("1", "ada@example.com");
        using var folder = Sources(provider);
        var world = World(crm, folder);

        await world.Reader.RefreshAsync(Cancellation);
        crm.Time.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromSeconds(1));
        await world.Reader.RefreshAsync(Cancellation);
        var before = crm.Count("GET");
        crm.Time.Advance(TimeSpan.FromSeconds(1));
        await world.Reader.RefreshAsync(Cancellation);
        crm.Time.Advance(TimeSpan.FromDays(1));
        await world.Reader.RefreshAsync(Cancellation);

        Assert.Equal(1, before);
        Assert.Equal([false, true, false], crm.Truto.Calls.Where(call => call.Method == "GET").Select(call => call.Query.Contains("updated_at", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_change_that_becomes_visible_late_is_read_and_an_older_one_is_not_asked_for()
    {
        await using var crm = await Crm.StartAsync(Pipedrive);
        crm.Put("1", "ada@example.com");
        using var folder = Sources(Pipedrive);
        var world = World(crm, folder);
        await world.Reader.RefreshAsync(Cancellation);
        crm.Truto.PutUser(TestSource.Account, new SandboxUser("2") { Email = "late@example.com", UpdatedAt = Now.Time.AddMinutes(-4) });
        crm.Truto.PutUser(TestSource.Account, new SandboxUser("3") { Email = "old@example.com", UpdatedAt = Now.Time.AddMinutes(-6) });
        crm.Time.Advance(TimeSpan.FromMinutes(15));

        await world.Reader.RefreshAsync(Cancellation);

        Assert.Equal(["2"], await FindAsync(world, "late@example.com"));
        Assert.Empty(await FindAsync(world, "old@example.com"));
    }

    [Fact]
    public async Task A_user_who_was_changed_in_the_future_hides_nobody()
    {
        await using var crm = await Crm.StartAsync(Pipedrive);
        crm.Truto.PutUser(TestSource.Account, new SandboxUser("1") { Email = "ada@example.com", UpdatedAt = Now.Time.AddYears(70) });
        using var folder = Sources(Pipedrive);
        var world = World(crm, folder);
        await world.Reader.RefreshAsync(Cancellation);
        crm.Truto.PutUser(TestSource.Account, new SandboxUser("2") { Email = "bob@example.com", UpdatedAt = Now.Time.AddMinutes(10) });
        crm.Time.Advance(TimeSpan.FromMinutes(15));

        await world.Reader.RefreshAsync(Cancellation);

        Assert.Equal(["2"], await FindAsync(world, "bob@example.com"));
    }

    [Fact]
    public async Task Of_a_list_that_goes_round_in_circles_nobody_is_forgotten()
    {
        var pages = new Queue<string>(
        [
            """{ "result": [{ "id": "1", "email": "ada@example.com" }], "next_cursor": null }""",
            """{ "result": [{ "id": "2", "email": "bob@example.com" }], "next_cursor": "again" }""",
            """{ "result": [], "next_cursor": "again" }""",
        ]);
        using var folder = Sources(Pipedrive);
        var world = new TestProcessing(new Script(request => Script.Answer(200, pages.Dequeue())(request)), sources: folder.Load());
        await world.Reader.RefreshAsync(Cancellation);
        world.Time.Advance(TimeSpan.FromDays(1));

        await world.Reader.RefreshAsync(Cancellation);

        Assert.Empty(pages);
        Assert.Equal(["1"], await FindAsync(world, "ada@example.com"));
        Assert.Equal(["2"], await FindAsync(world, "bob@example.com"));
    }

    [Theory]
    [InlineData(Pipedrive, 15, true)]
    [InlineData(Pipedrive, 24 * 60, false)]
    [InlineData(Salesforce, 24 * 60, false)]
    public async Task Who_is_gone_is_forgotten_when_everything_has_been_read_and_not_before(string provider, int minutes, bool isKnown)
    {
        await using var crm = await Crm.StartAsync(provider);
        crm.Put("1", "ada@example.com");
        crm.Put("2", "bob@example.com");
        using var folder = Sources(provider);
        var world = World(crm, folder);
        await world.Reader.RefreshAsync(Cancellation);
        crm.Truto.RemoveUser(TestSource.Account, "1");
        crm.Time.Advance(TimeSpan.FromMinutes(minutes));

        await world.Reader.RefreshAsync(Cancellation);

        Assert.Equal(isKnown ? ["1"] : [], await FindAsync(world, "ada@example.com"));
        Assert.Equal(["2"], await FindAsync(world, "bob@example.com"));
    }

    [Fact]
    public async Task A_large_directory_is_read_in_slices_and_nothing_of_it_twice()
    {
        await using var crm = await Crm.StartAsync(Salesforce, pageSize: 1);
        PutFive(crm);
        using var folder = Sources(Salesforce);
        var world = World(crm, folder, new TakesTime(crm.Network, crm.Time));
        world.Directory.SliceTime = TimeSpan.FromSeconds(10);

        var isMore = await world.Reader.RefreshAsync(Cancellation);
        var first = (crm.Count("GET"), (await ReadingAsync(world)).Owner);
        while (await world.Reader.RefreshAsync(Cancellation))
        {
            Assert.InRange(crm.Count("GET"), 4, 5);
        }

        Assert.True(isMore);
        Assert.Equal((3, null), first);
        Assert.Equal(5, crm.Count("GET"));
        Assert.Equal(["5"], await FindAsync(world, "user-5@example.com"));
    }

    [Fact]
    public async Task Another_one_waits_while_the_directory_is_leased_and_takes_over_when_the_lease_is_over()
    {
        await using var crm = await Crm.StartAsync(Pipedrive);
        crm.Put("1", "ada@example.com");
        using var folder = Sources(Pipedrive);
        var world = World(crm, folder);
        var start = crm.Time.GetUtcNow();
        await WriteAsync(world, new DirectoryReading { Owner = "other", OwnedUntil = start.AddMinutes(2), StartedAt = start, IsFull = true, Generation = 1, Fields = ["email"] });

        var waiting = await world.Reader.AdvanceAsync(SourceOf(folder), start, wantsFull: false, Cancellation);
        var before = crm.Count("GET");
        crm.Time.Advance(TimeSpan.FromMinutes(2));
        var done = await world.Reader.AdvanceAsync(SourceOf(folder), start, wantsFull: false, Cancellation);

        Assert.Equal((new DirectoryProgress(false, TimeSpan.FromSeconds(1)), 0), (waiting, before));
        Assert.Equal((DirectoryProgress.Done, 1), (done, crm.Count("GET")));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(9, 1)]
    [InlineData(100, 10)]
    [InlineData(3600, 30)]
    public async Task The_longer_another_one_has_been_reading_the_later_whoever_waits_asks_again(int seconds, int wait)
    {
        await using var crm = await Crm.StartAsync(Pipedrive);
        using var folder = Sources(Pipedrive);
        var world = World(crm, folder);
        var now = crm.Time.GetUtcNow();
        await WriteAsync(world, new DirectoryReading { Owner = "other", OwnedUntil = now.AddMinutes(2), StartedAt = now.AddSeconds(-seconds) });

        var progress = await world.Reader.AdvanceAsync(SourceOf(folder), now, wantsFull: false, Cancellation);

        Assert.Equal(new DirectoryProgress(false, TimeSpan.FromSeconds(wait)), progress);
    }

    [Fact]
    public async Task Who_has_lost_the_lease_notes_nothing_more()
    {
        await using var crm = await Crm.StartAsync(Salesforce, pageSize: 1);
        crm.Put("1", "ada@example.com");
        crm.Put("2", "bob@example.com");
        using var folder = Sources(Salesforce);
        TestProcessing? world = null;
        var other = new DirectoryReading { Owner = "other", OwnedUntil = crm.Time.GetUtcNow().AddMinutes(2), StartedAt = crm.Time.GetUtcNow(), Generation = 7 };
        world = World(crm, folder, new Meddled(crm.Network, () => WriteAsync(world!, other)));

        var progress = await world.Reader.AdvanceAsync(SourceOf(folder), crm.Time.GetUtcNow(), wantsFull: false, Cancellation);

        Assert.Equal(new DirectoryProgress(false, TimeSpan.FromSeconds(1)), progress);
        Assert.Equal(("other", 7), ((await ReadingAsync(world)).Owner, (await ReadingAsync(world)).Generation));
        Assert.Equal(1, crm.Count("GET"));
    }

    [Theory]
    [InlineData(1, false, 5)]
    [InlineData(3, true, 7)]
    public async Task A_refused_page_ends_the_reading_and_after_the_first_page_it_begins_anew(int refused, bool isTransient, int calls)
    {
        await using var crm = await Crm.StartAsync(Salesforce, pageSize: 1);
        PutFive(crm);
        using var folder = Sources(Salesforce);
        var world = World(crm, folder, new RefusesOne(crm.Network, refused));
        var start = crm.Time.GetUtcNow();

        var first = await world.Reader.AdvanceAsync(SourceOf(folder), start, wantsFull: false, Cancellation);
        var between = await ReadingAsync(world);
        var second = await world.Reader.AdvanceAsync(SourceOf(folder), start, wantsFull: false, Cancellation);

        Assert.Equal(isTransient, first.Failure!.IsTransient);
        Assert.Equal((null, isTransient), (between.Owner, between.StartedAt is null));
        Assert.Equal((DirectoryProgress.Done, calls), (second, crm.Count("GET")));
    }

    [Fact]
    public async Task A_used_up_limit_of_which_nobody_says_how_long_holds_back_for_the_usual_pause()
    {
        using var folder = Sources(Pipedrive);
        var truto = new Script(Script.Answer(429));
        var world = new TestProcessing(truto, sources: folder.Load());
        world.Directory.SliceTime = TimeSpan.FromSeconds(1);

        var failed = await world.Reader.AdvanceAsync(SourceOf(folder), world.Time.GetUtcNow(), wantsFull: false, Cancellation);
        var limited = await world.Reader.AdvanceAsync(SourceOf(folder), world.Time.GetUtcNow(), wantsFull: false, Cancellation);

        Assert.Equal(Failure.RateLimited, failed.Failure!.Cause);
        Assert.Equal(new DirectoryProgress(false, Backoff.UsualPause, IsLimited: true), limited);
        Assert.Null((await ReadingAsync(world)).Owner);
        Assert.Single(truto.Sent);
    }

    [Fact]
    public async Task A_turn_that_comes_within_the_slice_is_waited_for()
    {
        await using var crm = await Crm.StartAsync(Pipedrive);
        using var folder = Sources(Pipedrive);
        var world = World(crm, folder);
        var start = crm.Time.GetUtcNow();
        world.Schedule.Pause(TestSource.Account, TimeSpan.FromSeconds(3));
        crm.Time.PassesOver.Add(TimeSpan.FromSeconds(3));

        var progress = await world.Reader.AdvanceAsync(SourceOf(folder), start, wantsFull: false, Cancellation);

        Assert.Equal((DirectoryProgress.Done, 1), (progress, crm.Count("GET")));
        Assert.Equal(start.AddSeconds(3), crm.Time.GetUtcNow());
    }

    [Fact]
    public async Task A_page_that_does_not_come_in_time_is_a_failure_that_passes()
    {
        using var folder = Sources(Pipedrive);
        var world = new TestProcessing(new Script(_ => new TaskCompletionSource<HttpResponseMessage>().Task), sources: folder.Load());

        var reading = world.Reader.AdvanceAsync(SourceOf(folder), world.Time.GetUtcNow(), wantsFull: false, Cancellation);
        world.Time.Advance(world.Settings.UpdateTimeout);
        var progress = await reading;

        Assert.Equal(new Failure(Failure.TimedOut, "Truto did not answer in time.", IsTransient: true), progress.Failure);
        Assert.Null((await ReadingAsync(world)).Owner);
    }

    [Fact]
    public async Task A_store_that_fails_does_not_keep_the_lease()
    {
        await using var crm = await Crm.StartAsync(Pipedrive);
        crm.Put("1", "ada@example.com");
        using var folder = Sources(Pipedrive);
        var store = new Hooked(new MemoryDirectories()) { Saving = () => throw new IOException("The disk is full.") };
        var world = World(crm, folder, store: store);

        await Assert.ThrowsAsync<IOException>(() => world.Reader.AdvanceAsync(SourceOf(folder), crm.Time.GetUtcNow(), wantsFull: false, Cancellation));
        var between = await ReadingAsync(world);
        store.Saving = () => { };
        var done = await world.Reader.AdvanceAsync(SourceOf(folder), crm.Time.GetUtcNow(), wantsFull: false, Cancellation);

        Assert.Null(between.Owner);
        Assert.NotNull(between.StartedAt);
        Assert.Equal(DirectoryProgress.Done, done);
    }

    [Fact]
    public async Task Forgetting_goes_on_where_it_stopped()
    {
        await using var crm = await Crm.StartAsync(Pipedrive);
        using var folder = Sources(Pipedrive);
        var positions = new List<string?>();
        var store = new Hooked(new MemoryDirectories())
        {
            Sweeping = position =>
            {
                positions.Add(position);
                return positions.Count < 3 ? $"{positions.Count}" : null;
            },
        };
        var world = World(crm, folder, store: store);

        var done = await world.Reader.AdvanceAsync(SourceOf(folder), crm.Time.GetUtcNow(), wantsFull: false, Cancellation);

        Assert.Equal(DirectoryProgress.Done, done);
        Assert.Equal([null, "1", "2"], positions);
        Assert.Null((await ReadingAsync(world)).Position);
    }

    [Fact]
    public async Task A_field_that_was_not_read_yet_has_everything_read_at_once()
    {
        await using var crm = await Crm.StartAsync(Salesforce);
        crm.Put("1", "ada@example.com", "Ada King");
        using var folder = Sources(Salesforce);
        var world = World(crm, folder);
        await world.Reader.RefreshAsync(Cancellation);
        folder.With("other.json", Json(Salesforce, "name"));
        var more = World(crm, folder, store: world.Directories);

        await more.Reader.RefreshAsync(Cancellation);

        Assert.Equal(2, crm.Count("GET"));
        Assert.Equal(["1"], await more.Directories.FindAsync(TestSource.Account, DirectoryValue.Of("name", "ada king")!.Value, Cancellation));
        Assert.Equal(["1"], await FindAsync(more, "ada@example.com"));
    }

    [Theory]
    [InlineData(5, 4)]
    [InlineData(20, 16)]
    public async Task The_next_reading_begins_after_twice_the_time_of_the_last_or_the_interval_of_misses(int interval, int wait)
    {
        await using var crm = await Crm.StartAsync(Pipedrive);
        using var folder = Sources(Pipedrive);
        var world = World(crm, folder, new TakesTime(crm.Network, crm.Time));
        world.Directory.MissInterval = TimeSpan.FromSeconds(interval);
        await world.Reader.AdvanceAsync(SourceOf(folder), crm.Time.GetUtcNow(), wantsFull: false, Cancellation);

        var progress = await world.Reader.AdvanceAsync(SourceOf(folder), crm.Time.GetUtcNow(), wantsFull: false, Cancellation);

        Assert.Equal((new DirectoryProgress(false, TimeSpan.FromSeconds(wait)), 1), (progress, crm.Count("GET")));
    }

    [Fact]
    public async Task A_timer_that_cannot_read_a_directory_says_why()
    {
        using var folder = Sources(Pipedrive);
        var world = new TestProcessing(new Script(Script.Answer(500)), sources: folder.Load());

        Assert.False(await world.Reader.RefreshAsync(Cancellation));
        Assert.StartsWith($"Warning The directory of account {TestSource.Account} could not be read (", Assert.Single(world.DirectoryLog.Lines));
    }

    [Fact]
    public async Task A_timer_ends_after_four_minutes_and_the_next_time_begins_with_the_account_that_had_no_turn()
    {
        var time = new TestTime();
        var truto = new Script(request =>
        {
            time.Advance(TimeSpan.FromSeconds(30));
            return Script.Answer(500)(request);
        });
        using var folder = Accounts(11);
        var world = new TestProcessing(truto, time: time, sources: folder.Load());

        Assert.True(await world.Reader.RefreshAsync(Cancellation));
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], Asked(truto));
        Assert.True(await world.Reader.RefreshAsync(Cancellation));
        Assert.Equal([8, 9, 10, 0, 1, 2, 3, 4], Asked(truto).Skip(8));
    }

    [Fact]
    public async Task An_account_over_which_a_timer_breaks_does_not_keep_the_others_from_their_turn()
    {
        var isBroken = true;
        var store = new Hooked(new MemoryDirectories()) { Saving = () => _ = isBroken ? throw new IOException("The disk is full.") : 0 };
        var truto = new Script(Script.Answer(200, """{ "result": [], "next_cursor": null }"""));
        using var folder = Accounts(3);
        var world = new TestProcessing(truto, directories: store, sources: folder.Load());

        await Assert.ThrowsAsync<IOException>(() => world.Reader.RefreshAsync(Cancellation));
        await Assert.ThrowsAsync<IOException>(() => world.Reader.RefreshAsync(Cancellation));
        isBroken = false;
        Assert.False(await world.Reader.RefreshAsync(Cancellation));
        world.Time.Advance(TimeSpan.FromDays(1));
        Assert.False(await world.Reader.RefreshAsync(Cancellation));

        Assert.Equal([0, 1, 2, 0, 1, 0, 1, 2], Asked(truto));
    }

    [Fact]
    public async Task Sources_that_look_for_nobody_have_no_directory_read()
    {
        using var folder = new Folder();
        var truto = new Script(Script.Answer(500));
        var world = new TestProcessing(truto, sources: folder.With("test.json", TestSource.Good).Load());

        Assert.False(await world.Reader.RefreshAsync(Cancellation));
        Assert.Empty(truto.Sent);
    }

    private static TestProcessing World(Crm crm, Folder folder, HttpMessageHandler? network = null, IDirectoryStore? store = null) =>
        new(network ?? crm.Network, directories: store, time: crm.Time, sources: folder.Load());

    private static Folder Sources(string provider) => new Folder().With("test.json", Json(provider, "email"));

    /// <summary>A source for each of so many accounts.</summary>
    private static Folder Accounts(int count)
    {
        var folder = new Folder();
        for (var number = 0; number < count; number++)
        {
            var account = TestSource.Account[..^2] + number.ToString("D2", CultureInfo.InvariantCulture);
            folder.With($"account-{number:D2}.json", Json(Pipedrive, "email").Replace(TestSource.Account, account, StringComparison.Ordinal));
        }

        return folder;
    }

    /// <summary>For which of these accounts Truto was asked.</summary>
    private static IEnumerable<int> Asked(Script truto) => truto.Sent.Select(sent =>
        int.Parse(HttpUtility.ParseQueryString(sent.Address.Query)["integrated_account_id"]![^2..], CultureInfo.InvariantCulture));

    private static string Json(string provider, string field) =>
        TestSource.Finding(provider, $$"""{ "find": { "{{field}}": "{{field}}" } }""");

    private static void PutFive(Crm crm)
    {
        for (var i = 1; i <= 5; i++)
        {
            crm.Put($"{i}", $"user-{i}@example.com");
        }
    }

    private static Source SourceOf(Folder folder) => folder.Load().Find("test")!;

    private static async Task<IReadOnlyList<string>> FindAsync(TestProcessing world, string email) =>
        await world.Directories.FindAsync(TestSource.Account, DirectoryValue.Of("email", email)!.Value, Cancellation);

    private static Task<DirectoryReading> ReadingAsync(TestProcessing world) => world.Reader.ReadAsync(TestSource.Account, Cancellation);

    private static async Task WriteAsync(TestProcessing world, DirectoryReading reading)
    {
        var key = NoteKey.Reading(TestSource.Account);
        var (_, version) = await world.Directories.ReadAsync(key, DirectoryJson.Default.DirectoryReading, Cancellation);
        Assert.True(await world.Directories.TryWriteAsync(key, reading, DirectoryJson.Default.DirectoryReading, version, Cancellation));
    }

    /// <summary>Each call takes four seconds.</summary>
    private sealed class TakesTime(HttpMessageHandler inner, TestTime time) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            time.Advance(TimeSpan.FromSeconds(4));
            return base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>Something happens before each call.</summary>
    private sealed class Meddled(HttpMessageHandler inner, Func<Task> before) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await before();
            return await base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>One call is refused by the CRM.</summary>
    private sealed class RefusesOne(HttpMessageHandler inner, int refused) : DelegatingHandler(inner)
    {
        private static readonly Func<HttpRequestMessage, Task<HttpResponseMessage>> Refusal =
            Script.Answer(403, """{ "statusCode": 403, "truto_is_remote_error": true }""");

        private int calls;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            ++calls == refused ? Refusal(request) : base.SendAsync(request, cancellationToken);
    }

    /// <summary>A store in which something happens when it is written to.</summary>
    private sealed class Hooked(MemoryDirectories inner) : IDirectoryStore
    {
        internal Action Saving { get; set; } = () => { };

        internal Func<string?, string?> Sweeping { get; set; } = _ => null;

        public ValueTask<DirectoryNote> ReadAsync(NoteKey key, CancellationToken cancellationToken) => inner.ReadAsync(key, cancellationToken);

        public ValueTask<bool> TryWriteAsync(NoteKey key, ReadOnlyMemory<byte> content, string? version, CancellationToken cancellationToken) =>
            inner.TryWriteAsync(key, content, version, cancellationToken);

        public ValueTask SaveAsync(string account, IReadOnlyList<DirectoryEntry> users, long generation, CancellationToken cancellationToken)
        {
            Saving();
            return inner.SaveAsync(account, users, generation, cancellationToken);
        }

        public ValueTask<IReadOnlyList<string>> FindAsync(string account, DirectoryValue value, CancellationToken cancellationToken) =>
            inner.FindAsync(account, value, cancellationToken);

        public ValueTask<string?> SweepAsync(string account, long generation, string? position, CancellationToken cancellationToken) =>
            ValueTask.FromResult(Sweeping(position));
    }
}
