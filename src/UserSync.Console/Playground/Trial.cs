using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using UserSync.Expressions;
using UserSync.Fetching;
using UserSync.Previews;
using UserSync.Receiving.Events;
using UserSync.Sources;

namespace UserSync.Console.Playground;

/// <summary>Tries settings on a delivery. Nothing is verified, fetched, stored or sent.</summary>
/// <param name="body">The body of a delivery, or one event.</param>
/// <param name="headers">The delivery's headers, one on a line.</param>
/// <param name="record">What the source system answers when the record behind the event is fetched; empty for nothing known.</param>
/// <param name="isEvent">Whether it is one event.</param>
/// <param name="now">The time at which it is to have been received.</param>
internal sealed class Trial(string body, string headers, string record, bool isEvent, DateTimeOffset now)
{
    private const int Shown = 20;

    private static readonly JsonDocumentOptions Bounds = new() { MaxDepth = 64 };

    /// <summary>The delivery's headers by name.</summary>
    internal IReadOnlyDictionary<string, string> Headers { get; } = Parse(headers);

    /// <summary>Tries settings.</summary>
    /// <param name="draft">The settings.</param>
    internal PlayResult Run(SourceDraft draft)
    {
        if (draft.Source is not { } source || draft.Findings.HasErrors || string.IsNullOrWhiteSpace(body))
        {
            return new PlayResult(draft.Findings, null, [], 0);
        }

        FetchedRecord? fetched = null;
        if (source.Fetch is not null && !string.IsNullOrWhiteSpace(record))
        {
            if (!TryParse(record, out var data))
            {
                return new PlayResult(draft.Findings, "the record is not JSON", [], 0);
            }

            fetched = new FetchedRecord(data, now, data.ValueKind == JsonValueKind.Null);
        }

        return isEvent ? RunEvent(draft, source, fetched) : RunDelivery(draft, source, fetched);
    }

    /// <summary>The trial as a mapping test; <see langword="null"/> where the settings make nothing of it.</summary>
    /// <param name="source">The source.</param>
    /// <param name="description">What the test is about.</param>
    internal byte[]? ToTest(Source source, string description)
    {
        var isJson = TryParse(body, out var parsed);
        if (isEvent && !isJson)
        {
            return null;
        }

        var isFetched = TryParse(record, out var answer) && source.Fetch is not null;
        var test = new MappingTest
        {
            File = string.Empty,
            Source = source.Name,
            Body = isEvent ? null : Encoding.UTF8.GetBytes(body),
            Event = isEvent ? parsed : default,
            Headers = Headers,
            Record = isFetched ? answer : default,
        };
        var delivery = isJson ? JsonText.ToNode(parsed)! : JsonValue.Create(body)!;
        return MappingTestFiles.Create(description, Headers, delivery, isFetched ? JsonText.ToNode(answer) : null, test.Run(source).Actual);
    }

    private static bool TryParse(string text, out JsonElement parsed)
    {
        try
        {
            parsed = JsonElement.Parse(text, Bounds);
            return true;
        }
        catch (JsonException)
        {
            parsed = default;
            return false;
        }
    }

    private static Dictionary<string, string> Parse(string headers)
    {
        var parsed = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in headers.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
            {
                parsed[line[..colon].Trim()] = line[(colon + 1)..].Trim();
            }
        }

        return parsed;
    }

    private static PlayEvent Try(Source source, ChangeEvent change, FetchedRecord? fetched)
    {
        // The page is written when the delivery is gone.
        var preview = EventPreview.Of(source, change with { Data = change.Data.Clone() }, fetched);
        return preview.User is { } user
            ? new PlayEvent(preview, JsonText.Write(user.Patch.WriteTo), [.. source.Mapping.MissingIn(user.Patch)])
            : new PlayEvent(preview, null, []);
    }

    private PlayResult RunEvent(SourceDraft draft, Source source, FetchedRecord? fetched) => TryParse(body, out var data)
        ? new PlayResult(draft.Findings, null, [Try(source, source.Events.Change(source.Name, data, Headers, now), fetched)], 1)
        : new PlayResult(draft.Findings, "the event is not JSON", [], 0);

    private PlayResult RunDelivery(SourceDraft draft, Source source, FetchedRecord? fetched)
    {
        var sent = new HeaderDictionary(Headers.ToDictionary(
            header => header.Key, header => new StringValues(header.Value), StringComparer.OrdinalIgnoreCase));
        sent.TryAdd("Content-Type", "application/json");
        using var delivery = TrialDelivery.To(source, sent, Encoding.UTF8.GetBytes(body), now);
        var batch = source.Events.Read(delivery, source.Verifier.BodyCredentials);
        return new PlayResult(
            draft.Findings, batch.Rejection?.Reason, [.. batch.Events.Take(Shown).Select(change => Try(source, change, fetched))], batch.Events.Count);
    }
}
