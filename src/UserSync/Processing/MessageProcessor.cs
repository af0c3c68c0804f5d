using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using UserSync.Expressions;
using UserSync.Ledger;
using UserSync.Outcomes;
using UserSync.Queue;
using UserSync.Receiving.Events;
using UserSync.Sources;
using UserSync.Telemetry;

namespace UserSync.Processing;

/// <summary>Takes one message of the queue through an attempt. Every host that takes messages from a queue calls this.</summary>
/// <param name="sources">The configured sources.</param>
/// <param name="processor">Makes attempts.</param>
/// <param name="outcomes">Where outcomes are kept.</param>
/// <param name="options">How often and how long.</param>
/// <param name="time">The clock.</param>
/// <param name="random">Spreads what comes back.</param>
/// <param name="metrics">Measures.</param>
public sealed class MessageProcessor(
    SourceCatalog sources,
    ChangeProcessor processor,
    IOutcomeStore outcomes,
    IOptions<ProcessingOptions> options,
    TimeProvider time,
    Random random,
    UserSyncMetrics metrics)
{
    private const string NoSource = "-";
    private const int MaxKeptText = 64 * 1024;

    /// <summary>Processes a message.</summary>
    /// <param name="body">The message's JSON.</param>
    /// <param name="hiddenUntil">Until when nobody else sees the message.</param>
    /// <param name="queuedAt">
    /// When it was put on the queue, the same each time that it is taken: then what another system put there was received.
    /// <see langword="null"/> for now.
    /// </param>
    /// <param name="cancellationToken">Stops between two steps; the message is to be handed back then.</param>
    /// <returns>What is to happen with the message, once what it says is durable.</returns>
    public async Task<MessageStep> ProcessAsync(
        ReadOnlyMemory<byte> body, DateTimeOffset hiddenUntil, DateTimeOffset? queuedAt, CancellationToken cancellationToken)
    {
        if (!ChangeMessageJson.TryRead(body, out var message, out var problem))
        {
            await BuryAsync(body, queuedAt, Failure.Malformed(problem), cancellationToken);
            return MessageStep.Done;
        }

        var receivedAt = ReceivedAt(message, queuedAt);
        if (sources.Find(message.Source) is not { } source)
        {
            return await WithoutSourceAsync(message, receivedAt, cancellationToken);
        }

        using var activity = UserSyncTelemetry.StartProcessing(message, source.Name);
        var change = EventOf(source, message, receivedAt);
        metrics.Waiting(time.GetUtcNow() - WaitingSince(change));
        if (message.ReceivedAt is null && !change.HasOwnTime)
        {
            // Somebody else put it on the queue, and its time, perhaps its id, is that of receipt. Nothing is begun before that is durable:
            // otherwise it would be another event each time it is taken.
            return new MessageStep(MessageOf(change) with { Attempt = message.Attempt }, TimeSpan.Zero);
        }

        if (message.ReceivedAt is null)
        {
            await outcomes.ReceiveAsync([Outcome.Received(change)], cancellationToken);
        }

        change = await processor.AsFirstReceivedAsync(change, cancellationToken);
        var attempt = AttemptOf(message, hiddenUntil);
        var disposition = await processor.ProcessAsync(source, change, attempt, cancellationToken);
        if (disposition.Ending is { } ending)
        {
            activity?.SetTag(UserSyncTelemetry.OutcomeTag, Words.Of(ending.Conclusion.Status));
            return MessageStep.Done;
        }

        activity?.SetTag(UserSyncTelemetry.OutcomeTag, "put-off");
        var next = attempt.Next(disposition);
        var delay = disposition.Delay < ChangeMessage.MaxDelay ? disposition.Delay : ChangeMessage.MaxDelay;
        return new MessageStep(MessageOf(change) with { Attempt = next.Failed, Alone = next.Alone, Resend = next.Resend }, delay);
    }

    /// <summary>Gives an outcome to a message that the host gave up on, so that it is not silently parked.</summary>
    /// <param name="body">The message's JSON.</param>
    /// <param name="queuedAt">When it was put on the queue; <see langword="null"/> for now.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task GiveUpAsync(ReadOnlyMemory<byte> body, DateTimeOffset? queuedAt, CancellationToken cancellationToken)
    {
        if (!ChangeMessageJson.TryRead(body, out var message, out var problem))
        {
            await BuryAsync(body, queuedAt, Failure.Malformed(problem), cancellationToken);
            return;
        }

        var receivedAt = ReceivedAt(message, queuedAt);
        if (sources.Find(message.Source) is not { } source)
        {
            await BuryAsync(Unmapped(message, receivedAt), Failure.GivenUp(), message.Attempt, cancellationToken);
            return;
        }

        var change = EventOf(source, message, receivedAt);
        await outcomes.ReceiveAsync([Outcome.Received(change)], cancellationToken);
        change = await processor.AsFirstReceivedAsync(change, cancellationToken);
        await processor.AbandonAsync(source, change, OutcomeStatus.DeadLettered, Failure.GivenUp(), AttemptOf(message, DateTimeOffset.MaxValue), cancellationToken);
    }

    /// <summary>The message that carries an event.</summary>
    /// <param name="change">The event.</param>
    public static ChangeMessage MessageOf(ChangeEvent change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return new ChangeMessage
        {
            Source = change.Source,
            Id = change.Id,
            Type = change.Type,
            OccurredAt = change.OccurredAt,
            ReceivedAt = change.ReceivedAt,
            Event = change.Data,
            Headers = change.Headers,
            Replay = change.Replay,
            TraceParent = change.TraceParent,
            TraceState = change.TraceState,
        };
    }

    private static Attempt AttemptOf(ChangeMessage message, DateTimeOffset heldUntil) => new(message.Attempt, message.Alone, message.Resend, heldUntil);

    private static ChangeEvent EventOf(Source source, ChangeMessage message, DateTimeOffset receivedAt)
    {
        var change = source.Events.Change(source.Name, message.Event, message.Headers, receivedAt);
        return change with
        {
            Id = IdOf(message) ?? change.Id,
            Type = message.Type ?? change.Type,
            OccurredAt = message.OccurredAt ?? change.OccurredAt,
            Replay = message.Replay,
            TraceParent = message.TraceParent,
            TraceState = message.TraceState,
        };
    }

    /// <summary>An event of which only the message is known, because its source is not.</summary>
    private static ChangeEvent Unmapped(ChangeMessage message, DateTimeOffset receivedAt) => new()
    {
        Source = message.Source,
        Id = IdOf(message) ?? Digest(Encoding.UTF8.GetBytes(message.Event.GetRawText())),
        Type = message.Type,
        OccurredAt = message.OccurredAt ?? receivedAt,
        ReceivedAt = receivedAt,
        Data = message.Event,
        Headers = message.Headers,
        Replay = message.Replay,
        TraceParent = message.TraceParent,
        TraceState = message.TraceState,
    };

    /// <summary>Since when an event waits: since it was received, or put on the queue once more, which counts the milliseconds since 1970.</summary>
    private static DateTimeOffset WaitingSince(ChangeEvent change)
    {
        var replayedAt = DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(change.Replay, 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
        return replayedAt > change.ReceivedAt ? replayedAt : change.ReceivedAt;
    }

    private static string? IdOf(ChangeMessage message) => message.Id is { Length: > 0 } id ? EventRules.Shorten(id) : null;

    /// <summary>When the event was first received. Nothing was received in the future, whatever the message says.</summary>
    private DateTimeOffset ReceivedAt(ChangeMessage message, DateTimeOffset? queuedAt)
    {
        var now = time.GetUtcNow();
        return (message.ReceivedAt ?? message.QueuedAt) is { } at && at <= now + LedgerEntry.BelievedFuture ? at : queuedAt ?? now;
    }

    /// <summary>The source may be on its way with the next deployment, or may have been removed.</summary>
    private async Task<MessageStep> WithoutSourceAsync(ChangeMessage message, DateTimeOffset receivedAt, CancellationToken cancellationToken)
    {
        var failed = message.Attempt + 1;
        if (failed >= options.Value.MaxAttempts)
        {
            await BuryAsync(Unmapped(message, receivedAt), Failure.NoSource(message.Source), failed, cancellationToken);
            return MessageStep.Done;
        }

        var delay = Backoff.Delay(failed, options.Value.FirstDelay, options.Value.MaxDelay, random.NextDouble());
        return new MessageStep(message with { Attempt = failed, QueuedAt = receivedAt }, delay);
    }

    private Task BuryAsync(ReadOnlyMemory<byte> body, DateTimeOffset? queuedAt, Failure failure, CancellationToken cancellationToken)
    {
        var receivedAt = queuedAt ?? time.GetUtcNow();
        var text = Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, MaxKeptText)]);
        var change = new ChangeEvent
        {
            Source = NoSource,
            Id = Digest(body.Span),
            Type = null,
            OccurredAt = receivedAt,
            ReceivedAt = receivedAt,
            Data = JsonText.ToElement(text),
        };
        return BuryAsync(change, failure, 0, cancellationToken);
    }

    private async Task BuryAsync(ChangeEvent change, Failure failure, int attempts, CancellationToken cancellationToken)
    {
        await outcomes.ReceiveAsync([Outcome.Received(change)], cancellationToken);
        await processor.ConcludeAsync(
            new Conclusion(change.Source, change.Id, OutcomeStatus.DeadLettered, time.GetUtcNow()) { Failure = failure, Attempts = attempts, Replay = change.Replay },
            cancellationToken);
    }

    private static string Digest(ReadOnlySpan<byte> bytes) => $"sha256-{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
}
