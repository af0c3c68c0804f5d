using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using UserSync.Directories;
using UserSync.Sqlite.Database;

namespace UserSync.Sqlite;

/// <summary>The directories of accounts in the database.</summary>
/// <param name="database">The database.</param>
public sealed class SqliteDirectoryStore(SqliteDatabase database) : IDirectoryStore
{
    private const long FirstVersion = 1;

    // Half a SHA-256 digest: no two of some millions have the same.
    private const int DigestLength = 16;

    // The writer has others to serve in between.
    private const long PortionRows = 5000;

    /// <inheritdoc/>
    public ValueTask<DirectoryNote> ReadAsync(NoteKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var digest = KeyOf(key);
        return ValueTask.FromResult(database.Read(session =>
        {
            using var reader = session.Query("SELECT version, content FROM directory_notes WHERE key = ?1", digest);
            return reader.Read()
                ? new DirectoryNote(reader.GetBytes(1), reader.GetInt64(0).ToString(CultureInfo.InvariantCulture))
                : DirectoryNote.None;
        }));
    }

    /// <inheritdoc/>
    public async ValueTask<bool> TryWriteAsync(NoteKey key, ReadOnlyMemory<byte> content, string? version, CancellationToken cancellationToken)
    {
        var digest = KeyOf(key);
        var bytes = content.ToArray();
        if (version is null)
        {
            return await database.WriteAsync(
                session => session.Run(
                    "INSERT INTO directory_notes (key, version, content) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                    digest,
                    FirstVersion,
                    bytes) > 0,
                cancellationToken);
        }

        var read = long.Parse(version, CultureInfo.InvariantCulture);
        return await database.WriteAsync(
            session => session.Run(
                "UPDATE directory_notes SET version = version + 1, content = ?3 WHERE key = ?1 AND version = ?2", digest, read, bytes) > 0,
            cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask SaveAsync(
        string account, IReadOnlyList<DirectoryEntry> users, long generation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(users);
        var number = NumberOf(account);
        var rows = users
            .Select(user => (
                Owner: Digest(account, "user", user.UserId),
                user.UserId,
                Values: user.Values.Select(value => Digest(account, value.Field, value.Text)).ToList()))
            .ToList();
        await database.WriteAsync(
            session =>
            {
                foreach (var (owner, userId, values) in rows)
                {
                    Save(session, number, owner, userId, values, generation);
                }

                return rows.Count;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> FindAsync(string account, DirectoryValue value, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var digest = Digest(account, value.Field, value.Text);
        return ValueTask.FromResult(database.Read<IReadOnlyList<string>>(session =>
        {
            using var reader = session.Query("SELECT user_id FROM directory_values WHERE value = ?1 LIMIT 2", digest);
            var ids = new List<string>(1);
            while (reader.Read())
            {
                ids.Add(reader.GetString(0));
            }

            return ids;
        }));
    }

    /// <inheritdoc/>
    public async ValueTask<string?> SweepAsync(string account, long generation, string? position, CancellationToken cancellationToken)
    {
        var number = NumberOf(account);
        var from = position is null ? [] : Convert.FromHexString(position);
        var until = database.Read(session =>
        {
            using var reader = session.Query(
                "SELECT value FROM directory_values WHERE value > ?1 ORDER BY value LIMIT 1 OFFSET ?2", from, PortionRows);
            return reader.Read() ? reader.GetBytes(0) : null;
        });
        await database.WriteAsync(
            session => until is null
                ? session.Run("DELETE FROM directory_values WHERE value > ?1 AND account = ?2 AND generation < ?3", from, number, generation)
                : session.Run(
                    "DELETE FROM directory_values WHERE value > ?1 AND value <= ?4 AND account = ?2 AND generation < ?3",
                    from,
                    number,
                    generation,
                    until),
            cancellationToken);
        return until is null ? null : Convert.ToHexStringLower(until);
    }

    private static void Save(SqliteSession session, long account, byte[] owner, string userId, List<byte[]> values, long generation)
    {
        var known = new List<byte[]>();
        using (var reader = session.Query("SELECT value, generation FROM directory_values WHERE owner = ?1", owner))
        {
            while (reader.Read())
            {
                if (reader.GetInt64(1) > generation)
                {
                    return;
                }

                known.Add(reader.GetBytes(0));
            }
        }

        // Most readings find what is known already: then only the generation is new, and no index changes.
        foreach (var former in known.Where(former => !values.Exists(value => value.AsSpan().SequenceEqual(former))))
        {
            session.Run("DELETE FROM directory_values WHERE value = ?1 AND owner = ?2", former, owner);
        }

        foreach (var value in values)
        {
            session.Run(
                """
                INSERT INTO directory_values (value, owner, account, user_id, generation) VALUES (?1, ?2, ?3, ?4, ?5)
                ON CONFLICT DO UPDATE SET generation = excluded.generation
                """,
                value,
                owner,
                account,
                userId,
                generation);
        }
    }

    private static byte[] KeyOf(NoteKey key) => Digest(key.Kind, key.Account, key.Scope, key.Name);

    private static long NumberOf(string account) => BinaryPrimitives.ReadInt64BigEndian(Digest("account", account));

    private static byte[] Digest(params ReadOnlySpan<string> texts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var text in texts)
        {
            // The length keeps "ab" and "c" from being "a" and "bc".
            BinaryPrimitives.WriteInt32LittleEndian(length, text.Length);
            hash.AppendData(length);
            hash.AppendData(MemoryMarshal.AsBytes(text.AsSpan()));
        }

        return hash.GetHashAndReset()[..DigestLength];
    }
}
