using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using UserSync.Configuration;
using UserSync.Expressions;
using UserSync.Receiving.Bodies;

namespace UserSync.Receiving.Events;

/// <summary>Where a source's change events stand in a delivery, and what identifies, types and dates each of them.</summary>
public sealed class EventRules
{
    /// <summary>Ids longer than this are replaced by their digest: stores and addresses bound what a key may be.</summary>
    private const int MaxIdLength = 200;

    private const int Id = 0;
    private const int Type = 1;
    private const int Time = 2;

    private readonly Expression[] paths;
    private readonly CompositeText? id;
    private readonly CompositeText? type;
    private readonly Expression? time;
    private readonly EventFilter when;
    private readonly string[] headers;

    // The paths of id, type and time. What is no path ends at no place.
    private readonly PathTree own;
    private readonly bool isPlain;
    private readonly int maxEvents;

    private EventRules(
        IBodyFormat format,
        IReadOnlyList<Expression> paths,
        CompositeText? id,
        CompositeText? type,
        Expression? time,
        EventFilter when,
        IEnumerable<string> mappingHeaders,
        int maxEvents)
    {
        Format = format;
        this.paths = [.. paths];
        this.id = id;
        this.type = type;
        this.time = time;
        this.when = when;
        this.maxEvents = maxEvents;
        own = new PathTree([id?.Path, type?.Path, time as PlainPath]);
        isPlain = (id is null || own.EndOf(Id) >= 0) && (type is null || own.EndOf(Type) >= 0) && (time is null || own.EndOf(Time) >= 0);
        headers = [.. ((string?[])[.. id?.Headers ?? [], .. type?.Headers ?? [], time?.Header, when.Header, .. mappingHeaders])
            .OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>How the source writes its bodies.</summary>
    public IBodyFormat Format { get; }

    /// <summary>Reads the settings <c>events</c>, <c>id</c>, <c>type</c>, <c>time</c> and <c>when</c> of a source.</summary>
    /// <param name="source">The source's settings.</param>
    /// <param name="mappingHeaders">The headers that the source's mapping reads.</param>
    /// <param name="options">The bounds.</param>
    internal static EventRules Read(Setting source, IEnumerable<string> mappingHeaders, ReceivingOptions options)
    {
        var events = source.Member("events");
        if (events.IsPresent)
        {
            events.ExpectObject("format", "path", "unwrap");
        }

        const string Remedy = "Write an expression, for example \"data.events\", or an array of them of which the first that has a value is taken";
        return new EventRules(
            BodyFormatReader.Read(events, options.MaxDepth),
            events.Member("path").Expressions(Remedy),
            CompositeText.Read(source.Member("id"), '|'),
            CompositeText.Read(source.Member("type"), '.'),
            source.Member("time").Expression("Write an expression for the time of occurrence"),
            EventFilter.Read(source.Member("when")),
            mappingHeaders,
            options.MaxEvents);
    }

    /// <summary>Whether an event is a user change.</summary>
    /// <param name="change">The event.</param>
    /// <exception cref="ExpressionException">The source's filter cannot be evaluated over this event.</exception>
    public bool Takes(ChangeEvent change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return when.Takes(change);
    }

    /// <summary>Makes a delivery's body around one event, for samples.</summary>
    /// <param name="data">The event, with what the mapping reads.</param>
    /// <param name="headers">The delivery's headers, of which some are the event's.</param>
    /// <param name="now">When it is to have happened.</param>
    internal JsonNode Wrap(JsonObject data, IDictionary<string, string> headers, DateTimeOffset now)
    {
        id?.Place(data, headers, $"sample-{now.ToUnixTimeMilliseconds()}");
        time?.Place(data, headers, now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        if (when.SampleType is { } sample)
        {
            type?.Place(data, headers, sample);
        }

        var body = new JsonObject();
        return paths.Length > 0 && paths[0].TryPlace(body, new JsonArray(data)) ? body : data;
    }

    /// <summary>Takes the change events out of a verified delivery.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <param name="credentials">Where the body carries credentials: they are left behind.</param>
    /// <param name="trace">The trace that the events belong to; <see langword="null"/> for none.</param>
    public EventBatch Read(Delivery delivery, IReadOnlyList<BodyPath> credentials, Activity? trace = null)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        ArgumentNullException.ThrowIfNull(credentials);
        if (delivery.Content.Problem is { } problem)
        {
            return EventBatch.Rejected(StatusCodes.Status400BadRequest, problem);
        }

        var root = delivery.Content.Root;
        if (credentials.Count > 0)
        {
            root = JsonElement.Parse(BodyPath.CopyWithout(root, credentials).Span, JsonText.OwnJson);
        }

        if (!TryFind(root, out var found))
        {
            return EventBatch.Rejected(StatusCodes.Status400BadRequest, $"the body has no events where source \"{delivery.Source}\" expects them");
        }

        var kept = Keep(delivery.Headers);
        if (found.ValueKind != JsonValueKind.Array)
        {
            return new EventBatch([Change(delivery, found, kept, trace)], IsArray: false, null);
        }

        var count = found.GetArrayLength();
        if (count > maxEvents)
        {
            return EventBatch.Rejected(StatusCodes.Status413PayloadTooLarge, $"the delivery holds more than {maxEvents} events");
        }

        var events = new ChangeEvent[count];
        var next = 0;
        foreach (var item in found.EnumerateArray())
        {
            events[next++] = Change(delivery, item, kept, trace);
        }

        return new EventBatch(events, IsArray: true, null);
    }

    /// <summary>An id that every store and every address can hold.</summary>
    internal static string Shorten(string id) => id.Length <= MaxIdLength ? id : Digest(Encoding.UTF8.GetBytes(id));

    /// <summary>
    /// The id of an event that has none: what it says and when. Without the time, a change that comes back (A, then B, then A again)
    /// would be taken for a repetition of the first.
    /// </summary>
    private static string Anonymous(JsonElement data, DateTimeOffset occurredAt) =>
        Digest([.. JsonMarshal.GetRawUtf8Value(data), .. BitConverter.GetBytes(occurredAt.UtcTicks)]);

    private static string Digest(ReadOnlySpan<byte> bytes) => $"sha256-{Convert.ToHexStringLower(SHA256.HashData(bytes))}";

    private bool TryFind(JsonElement root, out JsonElement found)
    {
        found = root;
        if (paths.Length == 0)
        {
            return true;
        }

        var input = new ExpressionInput(root, null);
        foreach (var path in paths)
        {
            found = ValueOf(path, input);
            if (found.HasValue())
            {
                return true;
            }
        }

        return false;
    }

    // What cannot be read is not there: the id falls back to a digest, the time to that of receipt.
    private static JsonElement ValueOf(Expression expression, ExpressionInput input)
    {
        try
        {
            return expression.Evaluate(input);
        }
        catch (ExpressionException)
        {
            return default;
        }
    }

    private static string? TextOf(CompositeText text, ExpressionInput input, bool isWhole)
    {
        try
        {
            return text.Of(input, isWhole);
        }
        catch (ExpressionException)
        {
            return null;
        }
    }

    private Dictionary<string, string>? Keep(IHeaderDictionary from)
    {
        if (headers.Length == 0)
        {
            return null;
        }

        var kept = new Dictionary<string, string>(headers.Length, StringComparer.OrdinalIgnoreCase);
        foreach (var name in headers)
        {
            if (from.TryGetValue(name, out var values))
            {
                kept[name] = values.ToString();
            }
        }

        return kept;
    }

    /// <summary>Makes an event of what came without a delivery: its id, type and time are where they would be in one.</summary>
    /// <param name="source">The name of the source.</param>
    /// <param name="data">The event's JSON.</param>
    /// <param name="kept">The headers.</param>
    /// <param name="receivedAt">When it was first received.</param>
    public ChangeEvent Change(string source, JsonElement data, IReadOnlyDictionary<string, string>? kept, DateTimeOffset receivedAt)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Change(source, data, kept, receivedAt, null);
    }

    private ChangeEvent Change(Delivery delivery, JsonElement data, IReadOnlyDictionary<string, string>? kept, Activity? trace) =>
        Change(delivery.Source, data, kept, delivery.ReceivedAt, trace);

    private ChangeEvent Change(
        string source, JsonElement data, IReadOnlyDictionary<string, string>? kept, DateTimeOffset receivedAt, Activity? trace)
    {
        var input = isPlain ? null : new ExpressionInput(data, kept);
        var places = default(Places);
        own.Follow(data, places);
        var occurredAt = time is null ? null : EventTime.Read(own.EndOf(Time) is >= 0 and var at ? places[at] : ValueOf(time, input!));

        // An id of which a part is missing would be the same for different events.
        var ownId = TextAt(Id, id, places, input, isWhole: true);
        return new ChangeEvent
        {
            Source = source,
            Id = ownId is null ? Anonymous(data, occurredAt ?? receivedAt) : Shorten(ownId),
            Type = TextAt(Type, type, places, input, isWhole: false),
            OccurredAt = occurredAt ?? receivedAt,
            ReceivedAt = receivedAt,
            Data = data,
            Headers = kept,
            TraceParent = trace?.Id,
            TraceState = trace?.TraceStateString,
        };
    }

    private string? TextAt(int path, CompositeText? text, ReadOnlySpan<JsonElement> places, ExpressionInput? input, bool isWhole) =>
        own.EndOf(path) is >= 0 and var end ? CompositeText.Of(places[end]) : text is null ? null : TextOf(text, input!, isWhole);

    /// <summary>Room for the places of id, type and time.</summary>
    [InlineArray(3)]
    private struct Places
    {
        private JsonElement first;
    }
}
