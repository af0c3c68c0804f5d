using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using UserSync.Expressions;
using UserSync.Fetching;
using UserSync.Mapping;
using UserSync.Sources;

namespace UserSync.Previews;

/// <summary>A delivery, or one event, and what is expected to become of it.</summary>
public sealed record MappingTest
{
    /// <summary>When a delivery was received of which the test does not say it.</summary>
    public static readonly DateTimeOffset UsualReceipt = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // What a test need not say. All else of an event has to be as expected, and nothing more.
    private static readonly string[] Optional = ["id", "type", "time", "fetches"];

    /// <summary>The file.</summary>
    public required string File { get; init; }

    /// <summary>The source's name.</summary>
    public required string Source { get; init; }

    /// <summary>The delivery's body; <see langword="null"/> where the test holds one event.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>The event; undefined where the test holds a delivery.</summary>
    public JsonElement Event { get; init; }

    /// <summary>The delivery's headers.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>What the source system answers; undefined where the test does not say, null where there is no such record.</summary>
    public JsonElement Record { get; init; }

    /// <summary>When the delivery was received.</summary>
    public DateTimeOffset ReceivedAt { get; init; } = UsualReceipt;

    /// <summary>What is expected; undefined where nothing was said yet.</summary>
    public JsonElement Expected { get; init; }

    /// <summary>Runs the test.</summary>
    /// <param name="source">The source.</param>
    public MappingTestResult Run(Source source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var actual = Actual(source);
        var compared = actual.DeepClone();
        if (compared is JsonArray events && Expected.ValueKind == JsonValueKind.Array)
        {
            foreach (var (change, expected) in events.Zip(Expected.EnumerateArray()))
            {
                LeaveOut(change!.AsObject(), expected);
            }
        }

        return new MappingTestResult(this, actual, Expected.ValueKind == JsonValueKind.Undefined
            ? [JsonDifference.Unexpected(actual)]
            : [.. JsonDifference.Between(JsonText.ToNode(Expected), compared)]);
    }

    /// <inheritdoc/>
    public override string ToString() => File;

    private static void LeaveOut(JsonObject change, JsonElement expected)
    {
        foreach (var name in Optional.Where(name => expected.ValueKind == JsonValueKind.Object && !expected.TryGetProperty(name, out _)))
        {
            change.Remove(name);
        }
    }

    private JsonNode Actual(Source source)
    {
        var record = Record.ValueKind == JsonValueKind.Undefined ? null : new FetchedRecord(Record, ReceivedAt, Record.ValueKind == JsonValueKind.Null);
        if (Body is not { } body)
        {
            var change = source.Events.Change(source.Name, Event, Headers, ReceivedAt);
            return new JsonArray(Describe(source, EventPreview.Of(source, change, record)));
        }

        var headers = new HeaderDictionary(Headers.ToDictionary(
            header => header.Key, header => new StringValues(header.Value), StringComparer.OrdinalIgnoreCase));
        using var delivery = TrialDelivery.To(source, headers, body, ReceivedAt);
        var batch = source.Events.Read(delivery, source.Verifier.BodyCredentials);
        return batch.Rejection is { } rejection
            ? new JsonObject { ["rejected"] = rejection.Reason }
            : new JsonArray([.. batch.Events.Select(change => Describe(source, EventPreview.Of(source, change, record)))]);
    }

    private static JsonObject Describe(Source source, EventPreview preview)
    {
        var change = new JsonObject { ["id"] = preview.Change.Id };
        if (preview.Change.Type is { } type)
        {
            change["type"] = type;
        }

        change["time"] = preview.Change.OccurredAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture);
        if (preview.Address is { } address)
        {
            change["fetches"] = address.AbsoluteUri;
        }

        if (preview.Skipped is { } reason)
        {
            change["skipped"] = reason;
        }
        else if (preview.Problems.Count > 0)
        {
            change["failed"] = new JsonArray([.. preview.Problems.Select(problem => JsonValue.Create(problem))]);
        }
        else if (preview.User is { } user)
        {
            DescribeUser(change, source, user);
            change["patch"] = JsonText.ToNode(JsonText.Write(user.Patch.WriteTo));
        }

        return change;
    }

    /// <summary>Who is to be updated, or whom to look for: the directory is not asked.</summary>
    private static void DescribeUser(JsonObject change, Source source, MappedUser user)
    {
        if (user.Search is not { } search)
        {
            change["user"] = user.UserId;
            return;
        }

        if (search.Person is { } person)
        {
            change["person"] = person;
            if (source.Mapping.Find!.Links?.Find(person) is { } linked)
            {
                change["user"] = linked;
                return;
            }
        }

        if (search.Value is { } value)
        {
            change["find"] = new JsonObject { [value.Field] = value.Text };
        }
    }
}
