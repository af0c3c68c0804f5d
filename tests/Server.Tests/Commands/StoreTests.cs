namespace Server.Tests.Commands;

/// <summary>Commands that only ask leave the store alone: it may be that of a running server, and of an older version.</summary>
public sealed class StoreTests
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("azure")]
    public async Task What_does_not_serve_does_not_open_the_store(string store)
    {
        var folder = Directory.CreateTempSubdirectory("truto-user-sync-");
        try
        {
            var settings = ServerHost.Settings(folder.FullName);
            settings["Store"] = store;
            settings["Sqlite:Path"] = Path.Combine(folder.FullName, "store.db");

            await using (ServerHost.Build(settings))
            {
            }

            Assert.Empty(folder.EnumerateFileSystemInfos());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
