using System.Globalization;
using System.Text;
using System.Text.Json;
using UserSync.Ledger;
using UserSync.Mapping;
using UserSync.Outcomes;
using UserSync.Queue;

namespace Stores.Tests.Contract;

/// <summary>Things to put into stores, and texts by which to compare what comes out.</summary>
public static class Samples
{
    /// <summary>A time with every digit that a time can have.</summary>
    public static readonly DateTimeOffset Time = new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero).AddTicks(7_890_123);

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>A JSON value.</summary>
    public static JsonElement Json(string json) => JsonElement.Parse(json);

    /// <summary>A JSON object that is written in about so many bytes.</summary>
    public static JsonElement JsonOf(int bytes) => JsonSerializer.SerializeToElement(new { text = Noise(bytes) });

    /// <summary>A text that does not compress.</summary>
    public static string Noise(int characters)
    {
        var random = new Random(characters);
        var bytes = new byte[(characters / 2) + 1];
        random.NextBytes(bytes);
        return Convert.ToHexString(bytes)[..characters];
    }

    /// <summary>A message with nothing but what it must have.</summary>
    public static ChangeMessage Message(string id) => new() { Source = "workos", Event = Json("""{"email":"ada@example.com"}"""), Id = id };

    /// <summary>The message in the form in which it is compared.</summary>
    public static string Text(ChangeMessage message) => Encoding.UTF8.GetString(ChangeMessageJson.Write(message));

    /// <summary>The message that was taken.</summary>
    public static ChangeMessage Read(QueuedMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        Assert.True(ChangeMessageJson.TryRead(message.Body, out var read, out var problem), problem);
        return read;
    }

    /// <summary>A ledger of one field, with a value of about so many bytes.</summary>
    public static UserLedger Ledger(string value, int bytes = 0) => UserLedger.Empty.Merge([Register("email", value + Noise(bytes))]);

    /// <summary>A field with a value.</summary>
    public static KeyValuePair<FieldName, Register> Register(string name, string value, int seconds = 0) =>
        KeyValuePair.Create(new FieldName(name), new Register(new Stamp(Time.AddSeconds(seconds), $"evt-{name}", "workos"), JsonSerializer.Serialize(value)));

    /// <summary>A ledger that uses everything that a ledger can say.</summary>
    public static UserLedger FullLedger()
    {
        var older = new Register(new Stamp(Time.AddTicks(-1), "evt/1 \0#?%😀", "workos", 1_770_000_000_000), """{"a":[1,2.50,null,"\u0022\\ é"]}""");
        var newer = new Register(new Stamp(Time, "evt-2", "okta"), "null");
        return new UserLedger(
            LedgerFields.Empty
                .Set(new FieldName("email"), new FieldState(newer, new Acknowledged(older, "update-1"), InDoubt: true))
                .Set(new FieldName("custom_fields", "tier"), new FieldState(older, new Acknowledged(older, null)))
                .Set(new FieldName("custom_fields", "a.b/c \"'😀"), new FieldState(newer, null, InDoubt: true))
                .Set(new FieldName("name"), new FieldState(newer, new Acknowledged(newer, "update-2"))),
            new Lease("owner-1", Time.AddSeconds(45)));
    }

    /// <summary>The ledger in the form in which it is compared.</summary>
    public static string Text(UserLedger ledger) => Encoding.UTF8.GetString(LedgerJson.Write(ledger));

    /// <summary>The outcome of an event that was just accepted.</summary>
    public static Outcome Received(string eventId, DateTimeOffset receivedAt, string source = "workos") => new()
    {
        Source = source,
        EventId = eventId,
        EventType = "user.updated",
        OccurredAt = receivedAt.AddMinutes(-1),
        ReceivedAt = receivedAt,
        Event = Json($$"""{"id":{{JsonSerializer.Serialize(eventId)}},"email":"ada@example.com"}"""),
        Conclusion = new Conclusion(source, eventId, OutcomeStatus.Received, receivedAt),
    };

    /// <summary>How an event ended, with what goes with that status.</summary>
    public static Conclusion Ended(string eventId, OutcomeStatus status, DateTimeOffset at, string source = "workos", string? userId = null) => new(source, eventId, status, at)
    {
        Account = userId is null ? null : "account-1",
        UserId = userId,
        SkipReason = status == OutcomeStatus.Skipped ? SkipReason.Stale : null,
        Failure = status is OutcomeStatus.Failed or OutcomeStatus.DeadLettered ? new Failure("conflict", "Another user has it.", IsTransient: false) : null,
        UpdateId = status == OutcomeStatus.Applied ? $"update-of-{eventId}" : null,
    };

    /// <summary>The outcome in the form in which it is compared.</summary>
    public static string Text(Outcome? outcome) => outcome is null
        ? "nothing"
        : JsonSerializer.Serialize(
            new
            {
                outcome.Source,
                outcome.EventId,
                outcome.EventType,
                OccurredAt = Text(outcome.OccurredAt),
                ReceivedAt = Text(outcome.ReceivedAt),
                outcome.Event,
                Headers = outcome.Headers is { Count: > 0 } headers ? headers.OrderBy(header => header.Key, StringComparer.Ordinal) : null,
                outcome.TraceParent,
                Conclusion = Text(outcome.Conclusion),
            },
            Indented);

    /// <summary>The conclusion in the form in which it is compared.</summary>
    public static string Text(Conclusion conclusion)
    {
        ArgumentNullException.ThrowIfNull(conclusion);
        return JsonSerializer.Serialize(new
        {
            conclusion.Source,
            conclusion.EventId,
            Status = conclusion.Status.ToString(),
            At = Text(conclusion.At),
            SkipReason = conclusion.SkipReason?.ToString(),
            conclusion.Failure,
            conclusion.Account,
            conclusion.UserId,
            conclusion.UpdateId,
            conclusion.Attempts,
            conclusion.Replay,
        });
    }

    /// <summary>The update in the form in which it is compared.</summary>
    public static string Text(Update? update) => update is null
        ? "nothing"
        : JsonSerializer.Serialize(
            new
            {
                update.Id,
                update.Account,
                update.UserId,
                update.Patch,
                update.Response,
                update.Failure,
                StartedAt = Text(update.StartedAt),
                update.Duration,
                update.Events,
            },
            Indented);

    private static string Text(DateTimeOffset time) => time.UtcTicks.ToString(CultureInfo.InvariantCulture);
}
