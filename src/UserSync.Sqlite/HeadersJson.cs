using System.Text.Json;
using System.Text.Json.Serialization;

namespace UserSync.Sqlite;

/// <summary>The form in which headers are kept.</summary>
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class HeadersJson : JsonSerializerContext
{
    /// <summary>Writes headers.</summary>
    /// <param name="headers">The headers.</param>
    internal static byte[]? Write(IReadOnlyDictionary<string, string>? headers) =>
        headers is { Count: > 0 } ? JsonSerializer.SerializeToUtf8Bytes(headers, Default.IReadOnlyDictionaryStringString) : null;

    /// <summary>Reads headers: they are found by name in any case.</summary>
    /// <param name="json">What was written.</param>
    internal static IReadOnlyDictionary<string, string>? Read(byte[]? json) =>
        json is not null && JsonSerializer.Deserialize(json, Default.DictionaryStringString) is { } headers
            ? new Dictionary<string, string>(headers, StringComparer.OrdinalIgnoreCase)
            : null;
}
