using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace UserSync.Receiving.Bodies;

/// <summary>
/// A place in a body, or one place in each item of an array: <c>secretkey</c>, <c>Envelope.Body.Id</c>, <c>value[].clientState</c>.
/// </summary>
public sealed class BodyPath
{
    private readonly Step[] steps;

    private BodyPath(string text, Step[] steps)
    {
        Text = text;
        this.steps = steps;
    }

    /// <summary>The path as the operator wrote it.</summary>
    public string Text { get; }

    /// <summary>Parses a path; <see langword="false"/> where it is not one.</summary>
    /// <param name="text">Names with dots between them; <c>[]</c> after a name stands for every item of its array.</param>
    /// <param name="path">The path.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out BodyPath? path)
    {
        ArgumentNullException.ThrowIfNull(text);
        var steps = text.Split('.').Select(Step.Parse).ToArray();
        path = steps.All(step => step.Name.Length > 0 && step.Name.AsSpan().IndexOfAny("[]") < 0) ? new BodyPath(text, steps) : null;
        return path is not null;
    }

    /// <summary>
    /// The values at this place. An item of an array that has none yields an undefined value, so that whoever needs all of them sees
    /// the gap.
    /// </summary>
    /// <param name="root">The body.</param>
    public IReadOnlyList<JsonElement> ValuesIn(JsonElement root)
    {
        var values = new List<JsonElement>();
        Collect(root, steps, values);
        return values;
    }

    /// <summary>Copies a body without what stands at some places.</summary>
    /// <param name="root">The body.</param>
    /// <param name="places">What to leave out.</param>
    internal static ReadOnlyMemory<byte> CopyWithout(JsonElement root, IReadOnlyList<BodyPath> places)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, root, [.. places.Select(place => new ReadOnlyMemory<Step>(place.steps))]);
        }

        return buffer.WrittenMemory;
    }

    /// <summary>Copies a body with a text at this place; anything but a JSON object is left as it is.</summary>
    /// <param name="body">The body.</param>
    /// <param name="text">What to put there.</param>
    internal ReadOnlyMemory<byte> CopyWith(ReadOnlyMemory<byte> body, string text)
    {
        using var content = JsonBytes.Parse(body, 64);
        if (content.Root.ValueKind != JsonValueKind.Object)
        {
            return body;
        }

        var root = JsonObject.Create(content.Root)!;
        Place(root, steps, text);
        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static void Place(JsonObject into, ReadOnlySpan<Step> steps, string text)
    {
        if (steps.Length == 1)
        {
            into[steps[0].Name] = text;
            return;
        }

        if (!steps[0].EveryItem)
        {
            if (into[steps[0].Name] is not JsonObject child)
            {
                into[steps[0].Name] = child = [];
            }

            Place(child, steps[1..], text);
            return;
        }

        foreach (var item in (into[steps[0].Name] as JsonArray ?? []).OfType<JsonObject>())
        {
            Place(item, steps[1..], text);
        }
    }

    private static void Collect(JsonElement from, ReadOnlySpan<Step> steps, List<JsonElement> values)
    {
        if (steps.IsEmpty)
        {
            values.Add(from);
            return;
        }

        var value = from.ValueKind == JsonValueKind.Object && from.TryGetProperty(steps[0].Name, out var member) ? member : default;
        if (!steps[0].EveryItem)
        {
            Collect(value, steps[1..], values);
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in value.EnumerateArray())
            {
                Collect(item, steps[1..], values);
            }
        }
    }

    private static void Write(Utf8JsonWriter writer, JsonElement element, ReadOnlyMemory<Step>[] without)
    {
        if (without.Length == 0 || element.ValueKind is not JsonValueKind.Object)
        {
            element.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        foreach (var member in element.EnumerateObject())
        {
            var here = without.Where(path => path.Span[0].Name == member.Name).ToArray();
            if (here.Any(path => path.Length == 1))
            {
                continue;
            }

            writer.WritePropertyName(member.Name);
            var everyItem = here.Where(path => path.Span[0].EveryItem).Select(path => path[1..]).ToArray();
            if (everyItem.Length > 0 && member.Value.ValueKind == JsonValueKind.Array)
            {
                writer.WriteStartArray();
                foreach (var item in member.Value.EnumerateArray())
                {
                    Write(writer, item, everyItem);
                }

                writer.WriteEndArray();
            }
            else
            {
                Write(writer, member.Value, [.. here.Where(path => !path.Span[0].EveryItem).Select(path => path[1..])]);
            }
        }

        writer.WriteEndObject();
    }

    private readonly record struct Step(string Name, bool EveryItem)
    {
        public static Step Parse(string text) => text.EndsWith("[]", StringComparison.Ordinal) ? new Step(text[..^2], true) : new Step(text, false);
    }
}
