using UserSync.Directories;

namespace UserSync.Tests.Support;

/// <summary>Directories in memory.</summary>
internal sealed class MemoryDirectories : IDirectoryStore
{
    private readonly Lock gate = new();
    private readonly Dictionary<NoteKey, (byte[] Content, int Version)> notes = [];
    private readonly Dictionary<(string Account, string UserId), (IReadOnlyList<DirectoryValue> Values, long Generation)> users = [];

    public ValueTask<DirectoryNote> ReadAsync(NoteKey key, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return ValueTask.FromResult(notes.TryGetValue(key, out var note) ? new DirectoryNote(note.Content, $"{note.Version}") : DirectoryNote.None);
        }
    }

    public ValueTask<bool> TryWriteAsync(NoteKey key, ReadOnlyMemory<byte> content, string? version, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            var exists = notes.TryGetValue(key, out var note);
            if ((exists ? $"{note.Version}" : null) != version)
            {
                return ValueTask.FromResult(false);
            }

            notes[key] = (content.ToArray(), note.Version + 1);
            return ValueTask.FromResult(true);
        }
    }

    public ValueTask SaveAsync(string account, IReadOnlyList<DirectoryEntry> users, long generation, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            foreach (var user in users)
            {
                this.users[(account, user.UserId)] = (user.Values, generation);
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<string>> FindAsync(string account, DirectoryValue value, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return ValueTask.FromResult<IReadOnlyList<string>>(
                [.. users.Where(user => user.Key.Account == account && user.Value.Values.Contains(value)).Select(user => user.Key.UserId).Take(2)]);
        }
    }

    public ValueTask<string?> SweepAsync(string account, long generation, string? position, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            foreach (var (key, _) in users.Where(user => user.Key.Account == account && user.Value.Generation < generation).ToList())
            {
                users.Remove(key);
            }
        }

        return ValueTask.FromResult<string?>(null);
    }
}
