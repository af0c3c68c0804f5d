using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Primitives;

namespace UserSync.Receiving.Bodies;

/// <summary>
/// A form-encoded body. <c>data[employee][id]=5</c> comes out as nested objects; a key that comes more than once, <c>roles[]</c>, and
/// <c>roles[0]</c>, <c>roles[1]</c> and so on come out as an array; every value is text.
/// </summary>
/// <param name="maxDepth">The deepest nesting.</param>
internal sealed class FormBody(int maxDepth) : IBodyFormat
{
    /// <inheritdoc/>
    public BodyContent Read(Delivery delivery)
    {
        if (delivery.Body.IsEmpty)
        {
            return BodyContent.Malformed("the body is empty");
        }

        Dictionary<string, StringValues> fields;
        try
        {
            fields = FormFields.Read(delivery.Body.Span);
        }
        catch (InvalidDataException)
        {
            return BodyContent.Malformed("the body is not a form, or a form with too many or too long fields");
        }

        var root = new JsonObject();
        foreach (var (key, values) in fields)
        {
            var steps = Steps(key);
            if (steps.Length >= maxDepth)
            {
                return BodyContent.Malformed($"the form is nested deeper than {maxDepth} levels");
            }

            Place(root, steps, values);
        }

        MakeArrays(root);
        return JsonBytes.Parse(Encoding.UTF8.GetBytes(root.ToJsonString()), maxDepth);
    }

    /// <summary>Splits <c>a[b][c]</c> into its names; a key with unbalanced brackets is one name.</summary>
    private static string[] Steps(string key)
    {
        var open = key.IndexOf('[', StringComparison.Ordinal);
        return open > 0 && key.EndsWith(']')
            ? [key[..open], .. key[(open + 1)..^1].Split("][")]
            : [key];
    }

    /// <summary>Makes arrays of the objects inside this one whose names count from 0.</summary>
    private static void MakeArrays(JsonObject parent)
    {
        foreach (var (name, child) in parent.ToList())
        {
            if (child is not JsonObject members)
            {
                continue;
            }

            MakeArrays(members);
            if (members.Select((member, index) => member.Key == index.ToString(CultureInfo.InvariantCulture)).All(counts => counts))
            {
                var items = members.Select(member => member.Value).ToArray();
                members.Clear();
                parent[name] = new JsonArray(items);
            }
        }
    }

    private static void Place(JsonObject root, string[] steps, StringValues values)
    {
        // `roles[]` is an array, be it of one.
        var isArray = steps.Length > 1 && steps[^1].Length == 0;
        if (isArray)
        {
            steps = steps[..^1];
        }

        var parent = root;
        foreach (var step in steps.AsSpan(..^1))
        {
            // A name that is both a value and an object keeps what was said last.
            if (parent[step] is not JsonObject child)
            {
                parent[step] = child = [];
            }

            parent = child;
        }

        parent[steps[^1]] = values.Count == 1 && !isArray
            ? JsonValue.Create(values[0])
            : new JsonArray([.. values.Select(value => JsonValue.Create(value))]);
    }
}
