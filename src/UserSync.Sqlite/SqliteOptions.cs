namespace UserSync.Sqlite;

/// <summary>Where the embedded store is.</summary>
public sealed class SqliteOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Sqlite";

    /// <summary>
    /// The database's file; a relative path counts from the working directory. The file and its folder are created where there are
    /// none. Beside it, SQLite keeps two more, <c>-wal</c> and <c>-shm</c>, which belong to it. They hold personal data: only the user
    /// that the program runs as may read them. They have to be on a disk of this machine, because SQLite's locks do not hold on a
    /// network share.
    /// </summary>
    public string Path { get; set; } = "truto-user-sync.db";
}
