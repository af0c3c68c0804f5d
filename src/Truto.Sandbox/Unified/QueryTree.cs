using System.Globalization;
using System.Text.Json;
using Truto.Sandbox.Json;

namespace Truto.Sandbox.Unified;

/// <summary>
/// A query parameter with brackets, read as the JavaScript library qs reads it, which Truto's own tools use (its server's parser is
/// not published): <c>a[b]=1</c> is an object, <c>a[]=1</c> and <c>a[0]=1</c> are arrays, what is deeper than five levels is one
/// literal key, and an index above 20 makes an object.
/// </summary>
internal sealed class QueryTree
{
    private const int MaxDepth = 5;
    private const int MaxIndex = 20;

    private readonly List<string> values = [];
    private readonly List<(string? Key, QueryTree Tree)> members = [];

    /// <param name="brackets">What follows the parameter's name, for example <c>[b][c]</c>.</param>
    /// <param name="value">The decoded value.</param>
    public void Add(ReadOnlySpan<char> brackets, string value)
    {
        var tree = this;
        for (var depth = 0; brackets.Length > 0; depth++)
        {
            var end = brackets[0] == '[' && depth < MaxDepth ? brackets.IndexOf(']') : -1;
            tree = tree.Member(end < 0 ? brackets : brackets[1..end]);
            brackets = end < 0 ? [] : brackets[(end + 1)..];
        }

        tree.values.Add(value);
    }

    public JsonElement ToJson() => JsonElement.Parse(JsonText.Write(this, static (json, tree) => tree.WriteTo(json)));

    // A member without a key, as in a[], is a new one each time.
    private QueryTree Member(ReadOnlySpan<char> key)
    {
        foreach (var (name, member) in members)
        {
            if (name is not null && key.SequenceEqual(name))
                return member;
        }

        var added = new QueryTree();
        members.Add((key.IsEmpty ? null : key.ToString(), added));
        return added;
    }

    private static int? Index(string key) =>
        int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index <= MaxIndex ? index : null;

    private void WriteTo(Utf8JsonWriter json)
    {
        if (members.Count == 0)
            WriteValues(json);
        else if (members.TrueForAll(member => member.Key is null || Index(member.Key) is not null))
            WriteArray(json);
        else
            WriteObject(json);
    }

    private void WriteValues(Utf8JsonWriter json)
    {
        if (values.Count == 1)
        {
            json.WriteStringValue(values[0]);
            return;
        }

        json.WriteStartArray();
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    // Members with an index come in its order, then the others in the order of their arrival.
    private void WriteArray(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (var (_, member) in members.OrderBy(member => member.Key is null ? int.MaxValue : Index(member.Key)))
            member.WriteTo(json);
        json.WriteEndArray();
    }

    private void WriteObject(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        for (var i = 0; i < members.Count; i++)
        {
            json.WritePropertyName(members[i].Key ?? i.ToString(CultureInfo.InvariantCulture));
            members[i].Tree.WriteTo(json);
        }

        json.WriteEndObject();
    }
}
