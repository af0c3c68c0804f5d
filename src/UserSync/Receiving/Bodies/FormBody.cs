using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Primitives;

namespace UserSync.Receiving.Bodies;

/// <summary>
/// A form-encoded body. <c>data[employee][id]=5</c> comes out as nested objects, a key that comes more than once as an array, every
/// value as text.
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
            if (!TryPlace(root, Steps(key), values))
            {
                return BodyContent.Malformed($"the form is nested deeper than {maxDepth} levels");
            }
        }

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

    private bool TryPlace(JsonObject root, string[] steps, StringValues values)
    {
        if (steps.Length >= maxDepth)
        {
            return false;
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

        parent[steps[^1]] = values.Count == 1
            ? JsonValue.Create(values[0])
            : new JsonArray([.. values.Select(value => JsonValue.Create(value))]);
        return true;
    }
}
