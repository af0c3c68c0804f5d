using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace UserSync.Directories;

/// <summary>Reads and writes notes of one kind.</summary>
internal static class Notes
{
    internal static async Task<(T? Note, string? Version)> ReadAsync<T>(
        this IDirectoryStore store, NoteKey key, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        var note = await store.ReadAsync(key, cancellationToken);
        return (note.Version is null ? null : JsonSerializer.Deserialize(note.Content.Span, type), note.Version);
    }

    internal static async Task<bool> TryWriteAsync<T>(
        this IDirectoryStore store, NoteKey key, T note, JsonTypeInfo<T> type, string? version, CancellationToken cancellationToken) =>
        await store.TryWriteAsync(key, JsonSerializer.SerializeToUtf8Bytes(note, type), version, cancellationToken);
}
