using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Truto.Http;

/// <summary>
/// Writes an address with a query in Truto's notation: <c>a[b]=c</c>, <c>a[]=x</c>, <c>a[][b]=c</c>, with the whole key
/// percent-encoded. Source: Truto's documentation, "Specifying query parameters". The bounds are the defaults of <c>qs</c>, with which
/// Truto itself parses queries elsewhere: beyond them it would misread in silence (inferred).
/// </summary>
internal sealed class QueryString
{
    private const int MaxDepth = 5;
    private const int MaxParameters = 1000;
    private const int UsualLength = 512;
    private const int MostKept = 4096;

    [ThreadStatic]
    private static StringBuilder? Kept;

    private readonly StringBuilder text;
    private int count;

    /// <summary>Begins an address.</summary>
    /// <param name="path">What comes before the query.</param>
    public QueryString(params ReadOnlySpan<string> path)
    {
        // Each thread keeps one for the next who asks; whoever asks while it is in use gets one of its own.
        text = Kept ?? new StringBuilder(UsualLength);
        Kept = null;
        text.Clear();
        foreach (var part in path)
        {
            text.Append(part);
        }
    }

    /// <summary>Adds one parameter.</summary>
    public QueryString Add(string key, string value)
    {
        if (++count > MaxParameters)
        {
            throw new ArgumentException($"A query may have at most {MaxParameters} parameters.", nameof(key));
        }

        text.Append(count == 1 ? '?' : '&').Append(Percent.Encode(key)).Append('=').Append(Percent.Encode(value));
        return this;
    }

    /// <summary>Adds a parameter where it has a value.</summary>
    public QueryString AddIfSet(string key, string? value) => value is null ? this : Add(key, value);

    /// <summary>Adds a time in UTC to the millisecond, where there is one.</summary>
    public QueryString AddIfSet(string key, DateTimeOffset? value) =>
        AddIfSet(key, value?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));

    /// <summary>Adds a value of any shape under a key; an empty object or array adds nothing.</summary>
    /// <exception cref="ArgumentException">The value cannot be written in the notation.</exception>
    public QueryString AddNode(string key, JsonNode? node)
    {
        Write(key, node, depth: 0, inArray: false);
        return this;
    }

    /// <summary>The address, to which nothing is added any more.</summary>
    public string Finish()
    {
        var address = text.ToString();
        Kept = text.Capacity <= MostKept ? text : null;
        return address;
    }

    private void Write(string key, JsonNode? node, int depth, bool inArray)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, value) in members)
                {
                    Write($"{key}[{Checked(name)}]", value, Deeper(depth), inArray: false);
                }

                break;
            case JsonArray when inArray:
                throw new ArgumentException("A query cannot hold an array directly inside an array.", nameof(node));
            case JsonArray items:
                foreach (var item in items)
                {
                    Write($"{key}[]", item, Deeper(depth), inArray: true);
                }

                break;
            default:
                Add(key, Scalar(node));
                break;
        }
    }

    private static int Deeper(int depth) => depth < MaxDepth
        ? depth + 1
        : throw new ArgumentException($"A query value may be nested at most {MaxDepth} levels deep.", nameof(depth));

    /// <summary>A member's name, unless its own brackets would be read as nesting.</summary>
    internal static string Checked(string name) => name.Length > 0 && !name.AsSpan().ContainsAny('[', ']')
        ? name
        : throw new ArgumentException("A query name must not be empty or contain brackets; nest objects instead.", nameof(name));

    private static string Scalar(JsonNode? node) => node?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "",

        // A text is taken as it is; as JSON, half a surrogate pair would turn into another character in silence.
        JsonValueKind.String => node.AsValue().TryGetValue<string>(out var plain)
            ? plain
            : JsonElement.Parse(node.ToJsonString()).GetString()!,
        _ => node.ToJsonString(),
    };
}
