namespace Server;

/// <summary>A store for as long as a demonstration takes: what stands behind it does not last longer either.</summary>
internal sealed class TemporaryStore : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("truto-user-sync-");

    /// <summary>Makes it the server's store.</summary>
    internal void Use(IDictionary<string, string?> settings)
    {
        settings[Store.Setting] = "sqlite";
        settings["Sqlite:Path"] = Path.Combine(folder.FullName, "store.db");
    }

    /// <summary>Deletes it; the server has to be disposed of before.</summary>
    public void Dispose() => folder.Delete(recursive: true);
}
