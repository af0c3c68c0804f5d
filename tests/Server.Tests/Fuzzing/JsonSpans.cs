using System.Text;
using System.Text.Json;
using Server.Tests.Support;

namespace Server.Tests.Fuzzing;

/// <summary>Where the names and values of a JSON text stand, so that one can be replaced by anything.</summary>
internal sealed class JsonSpans
{
    /// <summary>Those of every recorded delivery whose body is JSON, by its name.</summary>
    public static IReadOnlyDictionary<string, JsonSpans> Recorded { get; } = RecordedDelivery.All
        .Where(delivery => delivery.Body is [(byte)'{' or (byte)'[', ..])
        .ToDictionary(delivery => delivery.Name, delivery => new JsonSpans(delivery.Body), StringComparer.Ordinal);

    private readonly byte[] json;
    private readonly List<(int Start, int End)> spans = [];

    public JsonSpans(byte[] json)
    {
        this.json = json;
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject)
            {
                continue;
            }

            var start = (int)reader.TokenStartIndex;
            var end = reader;
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                // The colon belongs to the token.
                spans.Add((start, json.AsSpan(0, (int)reader.BytesConsumed).LastIndexOf((byte)'"') + 1));
                continue;
            }

            end.Skip();
            spans.Add((start, (int)end.BytesConsumed));
        }
    }

    /// <summary>The text with some of its names and values replaced.</summary>
    public byte[] Mutate(Wild wild)
    {
        var chosen = new List<(int Start, int End)>();
        for (var i = wild.Random.Next(1, 4); i > 0; i--)
        {
            var span = wild.Pick(spans);
            if (chosen.TrueForAll(other => span.End <= other.Start || span.Start >= other.End))
            {
                chosen.Add(span);
            }
        }

        var result = json.ToList();
        foreach (var (start, end) in chosen.OrderByDescending(span => span.Start))
        {
            result.RemoveRange(start, end - start);
            result.InsertRange(start, Encoding.UTF8.GetBytes(wild.Json(4)));
        }

        return [.. result];
    }
}
