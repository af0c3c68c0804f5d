using System.Text.Json.Nodes;

namespace Truto.Tests.Http;

/// <summary>A reader of bracket notation as small as a test can trust: decode, split the key at its brackets, descend.</summary>
internal static class Qs
{
    public static JsonObject Parse(string query)
    {
        var root = new JsonObject();
        foreach (var pair in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            var keys = Uri.UnescapeDataString(parts[0]).Replace("]", "", StringComparison.Ordinal).Split('[');
            Put(root, keys, Uri.UnescapeDataString(parts[1]));
        }

        return root;
    }

    private static void Put(JsonNode holder, ReadOnlySpan<string> keys, string text)
    {
        JsonNode? Make(ReadOnlySpan<string> rest) => rest is [] ? text : rest[0].Length == 0 ? new JsonArray() : new JsonObject();
        JsonNode? child;
        if (holder is JsonArray array)
        {
            child = Make(keys[1..]);
            array.Add(child);
        }
        else
        {
            child = holder[keys[0]] ??= Make(keys[1..]);
        }

        if (keys.Length > 1)
        {
            Put(child!, keys[1..], text);
        }
    }
}
