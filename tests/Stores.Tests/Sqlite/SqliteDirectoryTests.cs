using Stores.Tests.Contract;
using UserSync.Directories;

namespace Stores.Tests.Sqlite;

public sealed class SqliteDirectoryTests() : DirectoryContract(new SqliteFixture())
{
    [Fact]
    public async Task A_reader_of_an_older_reading_that_comes_late_does_not_have_a_user_swept_by_the_newer_one()
    {
        var email = DirectoryValue.Of("email", "ada@example.com")!.Value;
        var gone = DirectoryValue.Of("email", "bob@example.com")!.Value;
        await Directories.SaveAsync("account-1", [new DirectoryEntry("1", [email])], 2, Cancellation);
        await Directories.SaveAsync("account-1", [new DirectoryEntry("1", [email]), new DirectoryEntry("2", [gone])], 1, Cancellation);

        Assert.Null(await Directories.SweepAsync("account-1", 2, null, Cancellation));

        Assert.Equal(["1"], await Directories.FindAsync("account-1", email, Cancellation));
        Assert.Empty(await Directories.FindAsync("account-1", gone, Cancellation));
    }
}
