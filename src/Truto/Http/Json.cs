using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace Truto.Http;

/// <summary>
/// Reads JSON of which nothing is certain but that <see cref="TryParse"/> has parsed it: every string in it is a text, so that nobody
/// who reads it or hands it on meets an exception.
/// </summary>
internal static class Json
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Parses a whole body; <see langword="false"/> where it is not JSON in UTF-8 or is nested too deeply.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, int maxDepth, out JsonElement element)
    {
        element = default;
        if (utf8.StartsWith(ByteOrderMark))
        {
            utf8 = utf8[ByteOrderMark.Length..];
        }

        if (!Utf8.IsValid(utf8))
        {
            return false;
        }

        try
        {
            element = JsonElement.Parse(LoneSurrogates.Replace(utf8), new JsonDocumentOptions { MaxDepth = maxDepth });
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Whether a body has nothing in it but white space.</summary>
    public static bool IsBlank(ReadOnlySpan<byte> utf8) => utf8.Trim(" \t\r\n"u8).IsEmpty;

    /// <summary>The text of a string, or <see langword="null"/> of anything else.</summary>
    public static string? Text(JsonElement element) => element.ValueKind is JsonValueKind.String ? element.GetString() : null;

    /// <summary>The texts of an array of strings, or of one string; anything else is passed over.</summary>
    public static IReadOnlyList<string> Texts(JsonElement? element) => element switch
    {
        { ValueKind: JsonValueKind.Array } array => [.. array.EnumerateArray().Select(Text).OfType<string>()],
        { ValueKind: JsonValueKind.String } text => Text(text) is { } single ? [single] : [],
        _ => [],
    };

    /// <summary>The members of an object in their order; none of anything else.</summary>
    public static IEnumerable<(string Name, JsonElement Value)> Members(JsonElement? element)
    {
        if (element is not { ValueKind: JsonValueKind.Object } holder)
        {
            yield break;
        }

        foreach (var member in holder.EnumerateObject())
        {
            yield return (member.Name, member.Value);
        }
    }

    /// <summary>One member of an object, or <see langword="null"/> where there is none or it is no object.</summary>
    public static JsonElement? Member(JsonElement? element, string name)
    {
        JsonElement? found = null;
        foreach (var member in Members(element))
        {
            if (string.Equals(member.Name, name, StringComparison.Ordinal))
            {
                found = member.Value;
            }
        }

        return found;
    }

    /// <summary>Whether a node is nested deeper than a number of levels; a scalar has none.</summary>
    public static bool IsDeeperThan(JsonNode? node, int levels) => node switch
    {
        JsonObject when levels == 0 => true,
        JsonArray when levels == 0 => true,
        JsonObject members => members.Any(member => IsDeeperThan(member.Value, levels - 1)),
        JsonArray items => items.Any(item => IsDeeperThan(item, levels - 1)),
        _ => false,
    };

    /// <summary>What a body is that somebody else has written, up to its end.</summary>
    public static JsonBody Inspect(ReadOnlySpan<byte> utf8, int maxDepth)
    {
        if (!Utf8.IsValid(utf8))
        {
            return JsonBody.Other;
        }

        // One level more than allowed, to tell what is too deep from what is no JSON.
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = maxDepth + 1 });
        try
        {
            if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject)
            {
                return JsonBody.Other;
            }

            var isEmpty = true;
            while (reader.Read())
            {
                isEmpty &= reader.TokenType is not JsonTokenType.PropertyName;
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.CurrentDepth >= maxDepth)
                {
                    return JsonBody.TooDeep;
                }
            }

            return isEmpty ? JsonBody.EmptyObject : JsonBody.Object;
        }
        catch (JsonException)
        {
            return JsonBody.Other;
        }
    }

    /// <summary>The name of a member in UTF-8.</summary>
    public static ReadOnlySpan<byte> Name(JsonProperty member)
    {
        // As it is written, which makes no string, unless something in it is escaped.
        var utf8 = JsonMarshal.GetRawUtf8PropertyName(member);
        return utf8.Contains((byte)'\\') ? Encoding.UTF8.GetBytes(member.Name) : utf8;
    }
}
