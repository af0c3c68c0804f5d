using System.Text.Json;
using System.Text.Json.Nodes;

namespace UserSync.Expressions;

/// <summary>Reads and makes single JSON values.</summary>
public static class JsonText
{
    /// <summary>
    /// How JSON of our own making is read back. How deep an event may be was settled at the door; what is made of it may be a little
    /// deeper.
    /// </summary>
    internal static readonly JsonDocumentOptions OwnJson = new() { MaxDepth = 1000 };

    /// <summary>Whether there is a value: neither null nor absent.</summary>
    /// <param name="element">The value.</param>
    public static bool HasValue(this JsonElement element) => element.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined);

    /// <summary>
    /// A scalar as text: a string's content, a number exactly as it was written (ids above 2^53 keep their digits), <c>true</c> or
    /// <c>false</c>; <see langword="null"/> for null, nothing, objects and arrays.
    /// </summary>
    /// <param name="element">The value.</param>
    public static string? AsText(this JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };

    /// <summary>What JMESPath holds for true: anything but false, null, and an empty string, array or object.</summary>
    /// <param name="element">The value.</param>
    public static bool IsTruthy(this JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.Number => true,
        JsonValueKind.String => !element.ValueEquals(default(ReadOnlySpan<byte>)),
        JsonValueKind.Array => element.GetArrayLength() > 0,
        JsonValueKind.Object => element.GetPropertyCount() > 0,
        _ => false,
    };

    /// <summary>What kind of value this is, in words and without its content: fit for messages.</summary>
    /// <param name="element">The value.</param>
    public static string Describe(this JsonElement element) => element.ValueKind.Describe();

    /// <summary>A kind of value in words: fit for messages.</summary>
    /// <param name="kind">The kind.</param>
    public static string Describe(this JsonValueKind kind) => kind switch
    {
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        _ => "null",
    };

    /// <summary>A text as a JSON value.</summary>
    /// <param name="text">The text.</param>
    public static JsonElement ToElement(string text) => JsonSerializer.SerializeToElement(text, JsonTextContext.Default.String);

    /// <summary>An object of JSON values.</summary>
    /// <param name="members">Its members.</param>
    public static JsonElement ToObject(IEnumerable<(string Name, JsonElement Value)> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        return Write(writer =>
        {
            writer.WriteStartObject();
            foreach (var (name, value) in members)
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }

            writer.WriteEndObject();
        });
    }

    /// <summary>An object without those of its members that are null.</summary>
    /// <param name="element">The object.</param>
    internal static JsonElement WithoutNulls(this JsonElement element)
    {
        var members = element.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null).ToList();
        return members.Count == element.GetPropertyCount() ? element : ToObject(members.Select(member => (member.Name, member.Value)));
    }

    /// <summary>The JSON value that somebody writes.</summary>
    /// <param name="write">Writes it.</param>
    public static JsonElement Write(Action<Utf8JsonWriter> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        using var buffer = JsonBuffer.Take();
        write(buffer.Writer);
        return JsonElement.Parse(buffer.Written, OwnJson);
    }

    /// <summary>A value that can be changed and put into others. Of members of the same name, the last counts.</summary>
    /// <param name="element">The value.</param>
    public static JsonNode? ToNode(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => ToMembers(element),
        JsonValueKind.Array => new JsonArray([.. element.EnumerateArray().Select(ToNode)]),
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        _ => JsonValue.Create(element),
    };

    private static JsonObject ToMembers(JsonElement element)
    {
        var members = new JsonObject();
        foreach (var member in element.EnumerateObject())
        {
            members[member.Name] = ToNode(member.Value);
        }

        return members;
    }
}
