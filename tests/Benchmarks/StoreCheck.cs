using Microsoft.Data.Sqlite;

namespace Benchmarks;

/// <summary>Looks into the file of a store from outside.</summary>
internal static class StoreCheck
{
    /// <summary>How many outcomes there are, by status.</summary>
    /// <param name="path">The file.</param>
    internal static Dictionary<string, long> Outcomes(string path)
    {
        using var connection = Open(path);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT status, count(*) FROM outcomes GROUP BY status";
        using var reader = command.ExecuteReader();
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        while (reader.Read())
        {
            counts[reader.GetString(0)] = reader.GetInt64(1);
        }

        return counts;
    }

    /// <summary>How many messages are on the queue.</summary>
    /// <param name="path">The file.</param>
    internal static long Waiting(string path)
    {
        using var connection = Open(path);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM due";
        return (long)command.ExecuteScalar()!;
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ConnectionString);
        connection.Open();
        return connection;
    }
}
