using System.Globalization;
using System.Text.Json;

namespace Truto.Sandbox.Json;

/// <summary>Values that Utf8JsonWriter does not write by itself.</summary>
internal static class JsonWriting
{
    public const string IsoTime = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static void WriteNullable(this Utf8JsonWriter json, string name, bool? value)
    {
        if (value is { } known)
            json.WriteBoolean(name, known);
        else
            json.WriteNull(name);
    }

    public static void WriteTime(this Utf8JsonWriter json, string name, DateTimeOffset time, string format = IsoTime)
    {
        Span<char> text = stackalloc char[32];
        time.UtcDateTime.TryFormat(text, out var length, format, CultureInfo.InvariantCulture);
        json.WriteString(name, text[..length]);
    }

    public static void WriteStrings(this Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
