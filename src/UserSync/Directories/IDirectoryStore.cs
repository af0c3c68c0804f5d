namespace UserSync.Directories;

/// <summary>
/// Keeps what is known of the users of accounts: by which values each can be found, and notes about the reading of directories, about
/// people who were found before, and about users that are being created. Shared by all instances.
/// </summary>
public interface IDirectoryStore
{
    /// <summary>Reads a note.</summary>
    /// <param name="key">Which.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The note and the version to write on; without a version where there is none.</returns>
    ValueTask<DirectoryNote> ReadAsync(NoteKey key, CancellationToken cancellationToken);

    /// <summary>Writes a note, where the version that was read still stands.</summary>
    /// <param name="key">Which.</param>
    /// <param name="content">What it says, at most 32 KiB.</param>
    /// <param name="version">The version that was read; <see langword="null"/> where there was none.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Whether it was written; otherwise somebody else was faster.</returns>
    ValueTask<bool> TryWriteAsync(NoteKey key, ReadOnlyMemory<byte> content, string? version, CancellationToken cancellationToken);

    /// <summary>
    /// Notes by which values users are found. What was known of each of them before is replaced, unless it is of a newer reading: then this
    /// comes from a reader that was held up.
    /// </summary>
    /// <param name="account">Their account.</param>
    /// <param name="users">The users, at most a page of them.</param>
    /// <param name="generation">Which reading of the whole directory they belong to.</param>
    /// <param name="cancellationToken">Stops waiting; some may be noted then.</param>
    ValueTask SaveAsync(string account, IReadOnlyList<DirectoryEntry> users, long generation, CancellationToken cancellationToken);

    /// <summary>Finds users by a value. Nothing that is being written makes it wait.</summary>
    /// <param name="account">Their account.</param>
    /// <param name="value">The value.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The CRM ids of the users, two at the most: more would not say more.</returns>
    ValueTask<IReadOnlyList<string>> FindAsync(string account, DirectoryValue value, CancellationToken cancellationToken);

    /// <summary>Forgets users that the newest reading of the whole directory has not met, a portion of the store at a time.</summary>
    /// <param name="account">Their account.</param>
    /// <param name="generation">That reading.</param>
    /// <param name="position">Where the portion begins; <see langword="null"/> for the first.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Where the next portion begins; <see langword="null"/> after the last.</returns>
    ValueTask<string?> SweepAsync(string account, long generation, string? position, CancellationToken cancellationToken);
}
