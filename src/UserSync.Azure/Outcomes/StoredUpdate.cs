using System.Text.Json;
using UserSync.Outcomes;

namespace UserSync.Azure.Outcomes;

/// <summary>An update, as it is kept.</summary>
internal sealed record StoredUpdate
{
    public required string Id { get; init; }

    public required string Account { get; init; }

    public required string UserId { get; init; }

    public required JsonElement Patch { get; init; }

    public JsonElement? Response { get; init; }

    public StoredFailure? Failure { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required long DurationTicks { get; init; }

    public required int Events { get; init; }

    internal static StoredUpdate Of(Update update) => new()
    {
        Id = update.Id,
        Account = update.Account,
        UserId = update.UserId,
        Patch = update.Patch,
        Response = update.Response,
        Failure = StoredFailure.Of(update.Failure),
        StartedAt = update.StartedAt,
        DurationTicks = update.Duration.Ticks,
        Events = update.Events,
    };

    internal static StoredUpdate Read(ReadOnlyMemory<byte> json) =>
        JsonSerializer.Deserialize(json.Span, StoredJson.Compact.StoredUpdate)
            ?? throw new InvalidDataException("The row holds no update.");

    internal ReadOnlyMemory<byte> Write() => JsonSerializer.SerializeToUtf8Bytes(this, StoredJson.Compact.StoredUpdate);

    internal Update ToUpdate() => new()
    {
        Id = Id,
        Account = Account,
        UserId = UserId,
        Patch = Patch,
        Response = Response,
        Failure = Failure?.ToFailure(),
        StartedAt = StartedAt,
        Duration = TimeSpan.FromTicks(DurationTicks),
        Events = Events,
    };
}
