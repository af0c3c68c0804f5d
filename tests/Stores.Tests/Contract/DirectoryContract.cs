using System.Text;
using UserSync.Directories;

namespace Stores.Tests.Contract;

/// <summary>What every store of directories has to do.</summary>
public abstract class DirectoryContract(IStoreFixture fixture) : StoreContract(fixture)
{
    private const string Account = "account-1";

    private static readonly NoteKey Note = NoteKey.Reading(Account);

    [Fact]
    public async Task Nobody_is_found_in_a_directory_that_was_never_read()
    {
        Assert.Empty(await Directories.FindAsync(Account, Email("ada@example.com"), Cancellation));
        Assert.Null((await Directories.ReadAsync(Note, Cancellation)).Version);
    }

    [Fact]
    public async Task A_user_is_found_by_each_value_whatever_its_case_and_the_blanks_around_it()
    {
        await Directories.SaveAsync(Account, [User("1", "Ada@Example.com", "ada.l@example.com"), User("2", "bob@example.com")], 1, Cancellation);

        Assert.Equal(["1"], await Directories.FindAsync(Account, Email(" ADA@example.COM\t"), Cancellation));
        Assert.Equal(["1"], await Directories.FindAsync(Account, Email("ada.l@example.com"), Cancellation));
        Assert.Equal(["2"], await Directories.FindAsync(Account, Email("bob@example.com"), Cancellation));
    }

    [Fact]
    public async Task A_value_of_another_field_or_account_finds_nobody()
    {
        await Directories.SaveAsync(Account, [User("1", "ada@example.com")], 1, Cancellation);

        Assert.Empty(await Directories.FindAsync("account-2", Email("ada@example.com"), Cancellation));
        Assert.Empty(await Directories.FindAsync(Account, DirectoryValue.Of("name", "ada@example.com")!.Value, Cancellation));
    }

    [Fact]
    public async Task Two_users_with_one_value_are_both_found()
    {
        await Directories.SaveAsync(Account, [User("1", "it@example.com"), User("2", "it@example.com"), User("3", "it@example.com")], 1, Cancellation);

        Assert.Equal(2, (await Directories.FindAsync(Account, Email("it@example.com"), Cancellation)).Distinct().Count());
    }

    [Fact]
    public async Task A_user_who_is_read_again_is_found_by_the_new_value_only()
    {
        await Directories.SaveAsync(Account, [User("1", "old@example.com", "both@example.com")], 1, Cancellation);
        await Directories.SaveAsync(Account, [User("1", "new@example.com", "both@example.com")], 1, Cancellation);

        Assert.Empty(await Directories.FindAsync(Account, Email("old@example.com"), Cancellation));
        Assert.Equal(["1"], await Directories.FindAsync(Account, Email("new@example.com"), Cancellation));
        Assert.Equal(["1"], await Directories.FindAsync(Account, Email("both@example.com"), Cancellation));
    }

    [Fact]
    public async Task A_value_passes_from_one_user_to_another()
    {
        await Directories.SaveAsync(Account, [User("1", "boss@example.com"), User("2", "bob@example.com")], 1, Cancellation);
        await Directories.SaveAsync(Account, [User("1"), User("2", "boss@example.com")], 1, Cancellation);

        Assert.Equal(["2"], await Directories.FindAsync(Account, Email("boss@example.com"), Cancellation));
    }

    [Fact]
    public async Task Who_is_not_met_again_is_forgotten_and_nobody_else_is()
    {
        await Directories.SaveAsync(Account, [User("1", "ada@example.com"), User("2", "bob@example.com")], 1, Cancellation);
        await Directories.SaveAsync("account-2", [User("1", "ada@example.com")], 1, Cancellation);
        await Directories.SaveAsync(Account, [User("1", "ada@example.com"), User("3", "eve@example.com")], 2, Cancellation);

        await SweepAsync(2);

        Assert.Empty(await Directories.FindAsync(Account, Email("bob@example.com"), Cancellation));
        Assert.Equal(["1"], await Directories.FindAsync(Account, Email("ada@example.com"), Cancellation));
        Assert.Equal(["3"], await Directories.FindAsync(Account, Email("eve@example.com"), Cancellation));
        Assert.Equal(["1"], await Directories.FindAsync("account-2", Email("ada@example.com"), Cancellation));
    }

    [Fact]
    public async Task Until_the_sweep_the_old_generation_is_still_found()
    {
        await Directories.SaveAsync(Account, [User("1", "ada@example.com"), User("2", "bob@example.com")], 1, Cancellation);
        await Directories.SaveAsync(Account, [User("1", "ada@example.com")], 2, Cancellation);

        Assert.Equal(["2"], await Directories.FindAsync(Account, Email("bob@example.com"), Cancellation));
    }

    [Fact]
    public async Task A_reader_that_was_held_up_neither_changes_nor_gets_swept_whom_a_newer_reading_has_met()
    {
        await Directories.SaveAsync(Account, [User("1", "ada@example.com")], 2, Cancellation);
        await Directories.SaveAsync(Account, [User("1", "former@example.com"), User("2", "bob@example.com")], 1, Cancellation);

        await SweepAsync(2);

        Assert.Equal(["1"], await Directories.FindAsync(Account, Email("ada@example.com"), Cancellation));
        Assert.Empty(await Directories.FindAsync(Account, Email("former@example.com"), Cancellation));
        Assert.Empty(await Directories.FindAsync(Account, Email("bob@example.com"), Cancellation));
    }

    [Fact]
    public async Task Readers_that_note_the_same_user_at_the_same_time_leave_nothing_that_is_never_forgotten()
    {
        var other = await Fixture.ReopenAsync();

        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(
            async () => await (i % 2 == 0 ? Directories : other.Directories).SaveAsync(Account, [User("1", $"ada-{i}@example.com")], 1, Cancellation), Cancellation)));
        await Directories.SaveAsync(Account, [User("1", "ada@example.com")], 2, Cancellation);

        Assert.Equal(["1"], await Directories.FindAsync(Account, Email("ada@example.com"), Cancellation));
        for (var i = 0; i < 12; i++)
        {
            Assert.Empty(await Directories.FindAsync(Account, Email($"ada-{i}@example.com"), Cancellation));
        }
    }

    [Fact]
    public async Task A_large_directory_is_swept_in_portions()
    {
        for (var page = 0; page < 12; page++)
        {
            await Directories.SaveAsync(Account, [.. Enumerable.Range(page * 100, 100).Select(i => User($"{i}", $"user-{i}@example.com"))], 1, Cancellation);
        }

        await Directories.SaveAsync(Account, [User("7", "user-7@example.com")], 2, Cancellation);
        await SweepAsync(2);

        Assert.Equal(["7"], await Directories.FindAsync(Account, Email("user-7@example.com"), Cancellation));
        for (var i = 0; i < 1200; i += 83)
        {
            Assert.Empty(await Directories.FindAsync(Account, Email($"user-{i}@example.com"), Cancellation));
        }
    }

    [Theory]
    [MemberData(nameof(HostileText.Keys), MemberType = typeof(HostileText))]
    public async Task Any_value_can_be_looked_for(string text)
    {
        if (DirectoryValue.Of("email", text) is not { } value)
        {
            return;
        }

        await Directories.SaveAsync(Account, [new DirectoryEntry("1", [value])], 1, Cancellation);

        Assert.Equal(["1"], await Directories.FindAsync(Account, value, Cancellation));
    }

    [Fact]
    public async Task A_note_is_written_on_the_version_that_was_read()
    {
        Assert.True(await Directories.TryWriteAsync(Note, Bytes("a"), null, Cancellation));
        Assert.False(await Directories.TryWriteAsync(Note, Bytes("b"), null, Cancellation));
        var first = await Directories.ReadAsync(Note, Cancellation);
        Assert.True(await Directories.TryWriteAsync(Note, Bytes("c"), first.Version, Cancellation));
        Assert.False(await Directories.TryWriteAsync(Note, Bytes("d"), first.Version, Cancellation));

        Assert.Equal("c", Encoding.UTF8.GetString((await Directories.ReadAsync(Note, Cancellation)).Content.Span));
    }

    [Fact]
    public async Task Notes_of_different_kinds_people_and_accounts_do_not_meet()
    {
        NoteKey[] keys =
        [
            NoteKey.Reading(Account), NoteKey.Reading("account-2"), NoteKey.Link(Account, "okta", "ada"), NoteKey.Link(Account, "okt", "aada"),
            NoteKey.Link("account-2", "okta", "ada"), NoteKey.Creation(Account, Email("ada")), NoteKey.Creation(Account, DirectoryValue.Of("name", "ada")!.Value),
        ];
        for (var i = 0; i < keys.Length; i++)
        {
            Assert.True(await Directories.TryWriteAsync(keys[i], Bytes($"{i}"), null, Cancellation));
        }

        for (var i = 0; i < keys.Length; i++)
        {
            Assert.Equal($"{i}", Encoding.UTF8.GetString((await Directories.ReadAsync(keys[i], Cancellation)).Content.Span));
        }
    }

    [Fact]
    public async Task Of_twenty_writers_in_two_processes_one_takes_a_note()
    {
        var other = await Fixture.ReopenAsync();

        var taken = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            Task.Run(async () => await (i % 2 == 0 ? Directories : other.Directories).TryWriteAsync(Note, Bytes($"{i}"), null, Cancellation), Cancellation)));

        Assert.Single(taken, true);
    }

    [Fact]
    public async Task Another_process_finds_who_was_read()
    {
        await Directories.SaveAsync(Account, [User("1", "ada@example.com")], 1, Cancellation);

        var other = await Fixture.ReopenAsync();

        Assert.Equal(["1"], await other.Directories.FindAsync(Account, Email("ada@example.com"), Cancellation));
    }

    private static DirectoryValue Email(string text) => DirectoryValue.Of("email", text)!.Value;

    private static DirectoryEntry User(string id, params string[] emails) => new(id, [.. emails.Select(Email)]);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private async Task SweepAsync(long generation)
    {
        string? position = null;
        do
        {
            position = await Directories.SweepAsync(Account, generation, position, Cancellation);
        }
        while (position is not null);
    }
}
