using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using UserSync.Processing;
using UserSync.Queue;
using UserSync.Receiving;
using UserSync.Receiving.Events;
using UserSync.Receiving.Handshakes;
using UserSync.Receiving.Verification;
using UserSync.Secrets;
using UserSync.Sources;
using UserSync.Telemetry;

namespace UserSync.Endpoints;

/// <summary>The door: takes deliveries in. Every host serves this same method.</summary>
/// <param name="sources">The configured sources.</param>
/// <param name="secrets">Where secrets come from.</param>
/// <param name="intake">What follows for all others.</param>
/// <param name="waiting">What follows for a sender that waits.</param>
/// <param name="receiving">The bounds.</param>
/// <param name="time">The clock.</param>
/// <param name="metrics">Counts.</param>
/// <param name="logger">The log.</param>
public sealed partial class WebhookEndpoint(
    SourceCatalog sources,
    ISecretStore secrets,
    IChangeIntake intake,
    WaitingProcessor waiting,
    IOptions<ReceivingOptions> receiving,
    TimeProvider time,
    UserSyncMetrics metrics,
    ILogger<WebhookEndpoint> logger)
{
    /// <summary>The route, below the hosts' common prefix <c>api</c>.</summary>
    public const string Route = "webhooks/{source}";

    /// <summary>Takes one delivery.</summary>
    /// <param name="request">The request.</param>
    /// <param name="source">The name of the source, from the address.</param>
    /// <param name="cancellationToken">Ends reading and verifying. What is verified is finished, also when the sender hangs up.</param>
    public async Task<IResult> HandleAsync(HttpRequest request, string source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(source);
        if (sources.Find(source) is not { } configured)
        {
            return sources.IsBroken(source) ? Problems.SourceNotReady() : Problems.UnknownSource();
        }

        if (!IsExpected(request.Method, configured))
        {
            return Problems.WrongMethod(HttpMethods.Post);
        }

        using var activity = UserSyncTelemetry.StartDelivery(configured.Name);
        ReadOnlyMemory<byte>? read;
        try
        {
            read = await BodyReader.ReadAsync(request, receiving.Value.MaxBodyBytes, cancellationToken);
        }
        catch (IOException exception)
        {
            // The sender hung up or broke the protocol, of which the server has a word for most cases only.
            return Problems.Unreadable(exception is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status400BadRequest);
        }

        if (read is not { } body)
        {
            Log.TooLarge(logger, source);
            metrics.Delivered(source, "too-large");
            return Problems.TooLarge(receiving.Value.MaxBodyBytes);
        }

        using var delivery = new Delivery(configured.Events.Format)
        {
            Source = configured.Name,
            Method = request.Method.ToUpperInvariant(),
            Url = receiving.Value.UrlOf(source, configured.PublicUrl) + request.QueryString.Value,
            Headers = request.Headers,
            Query = request.Query,
            Body = body,
            ReceivedAt = time.GetUtcNow(),
        };
        try
        {
            return await TakeAsync(configured, delivery, activity, cancellationToken);
        }
        catch (SecretStoreException exception)
        {
            Log.NoSecretStore(logger, source, exception.SecretName, exception);
            return Problems.SecretsUnavailable();
        }
    }

    private static bool IsExpected(string method, Source source) =>
        HttpMethods.IsPost(method) || source.Handshakes.Any(handshake => handshake.Method.Equals(method, StringComparison.OrdinalIgnoreCase));

    private static HandshakeReply? Answer(Source source, Delivery delivery, Func<Handshake, bool> isAllowed, string? secret) => source.Handshakes
        .Where(handshake => isAllowed(handshake) && handshake.Fits(delivery))
        .Select(handshake => handshake.Answer(delivery, secret))
        .FirstOrDefault(reply => reply is not null);

    private async Task<IResult> TakeAsync(Source source, Delivery delivery, Activity? activity, CancellationToken cancellationToken)
    {
        if (Answer(source, delivery, handshake => !handshake.IsVerified, null) is { } unsigned)
        {
            Log.Handshake(logger, source.Name);
            return new HandshakeResult(unsigned);
        }

        var verification = await source.Verifier.VerifyAsync(delivery, secrets, cancellationToken);
        if (Answer(source, delivery, handshake => handshake.IsAllowed(verification.Verdict), verification.Secret) is { } reply)
        {
            Log.Handshake(logger, source.Name);
            return new HandshakeResult(reply);
        }

        var verdict = UserSyncMetrics.Word(verification.Verdict);
        metrics.Delivered(source.Name, verdict);
        activity?.SetTag(UserSyncTelemetry.VerdictTag, verdict);
        if (verification.Verdict == Verdict.NoSecret)
        {
            Log.NoSecret(logger, source.Name);
            return Problems.SourceNotReady();
        }

        if (!verification.IsValid)
        {
            Log.NotGenuine(logger, source.Name, verification.Verdict);
            return source.Refusal == RefusalFormat.SecurityEvent ? SecurityEventError.NotGenuine(verification.Verdict) : Problems.NotGenuine();
        }

        return delivery.Method == HttpMethods.Post ? await TakeEventsAsync(source, delivery, activity) : Problems.WrongMethod(HttpMethods.Post);
    }

    private async Task<IResult> TakeEventsAsync(Source source, Delivery delivery, Activity? activity)
    {
        var batch = source.Events.Read(delivery, source.Verifier.BodyCredentials);
        if (batch.Rejection is { } rejection)
        {
            Log.NotUnderstood(logger, source.Name, rejection.Reason);
            return source.Refusal == RefusalFormat.SecurityEvent ? SecurityEventError.NotUnderstood() : Problems.NotUnderstood(rejection);
        }

        activity?.SetTag(UserSyncTelemetry.EventsTag, batch.Events.Count);
        Log.Taken(logger, source.Name, batch.Events.Count);
        if (batch.Events.Count == 0)
        {
            return new AcknowledgementResult(source.Acknowledgement);
        }

        try
        {
            return source.Reply == ReplyMode.Queue
                ? await QueueAsync(source, Traced(batch.Events))
                : new OutcomesResult(source, await waiting.ProcessAsync(source, Traced(batch.Events)), batch.IsArray);
        }
        catch (Exception exception) when (exception is not SecretStoreException)
        {
            // Nobody cancels from here on: a store that took too long says so in this way too. Whatever is wrong with the store, the sender still has the delivery, and comes again with it.
            Log.NotStored(logger, source.Name, exception);
            return Problems.StoreUnavailable();
        }
    }

    /// <summary>Puts the events where they are safe, and says so to the sender.</summary>
    private async Task<IResult> QueueAsync(Source source, IReadOnlyList<ChangeEvent> events)
    {
        // Once begun, this is finished also when the sender hangs up: it may have been told already.
        await intake.TakeAsync(events, CancellationToken.None);
        return new AcknowledgementResult(source.Acknowledgement);
    }

    private static IReadOnlyList<ChangeEvent> Traced(IReadOnlyList<ChangeEvent> events) => Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity
        ? [.. events.Select(change => change with { TraceParent = activity.Id, TraceState = activity.TraceStateString })]
        : events;

    private static partial class Log
    {
        [LoggerMessage(100, LogLevel.Information, "Source {Source} sent {Count} events.")]
        public static partial void Taken(ILogger logger, string source, int count);

        [LoggerMessage(101, LogLevel.Information, "Answered a handshake of source {Source}.")]
        public static partial void Handshake(ILogger logger, string source);

        [LoggerMessage(102, LogLevel.Warning, "Refused a delivery to source {Source}: {Verdict}.")]
        public static partial void NotGenuine(ILogger logger, string source, Verdict verdict);

        [LoggerMessage(103, LogLevel.Warning, "Refused a delivery of source {Source}: {Reason}.")]
        public static partial void NotUnderstood(ILogger logger, string source, string reason);

        [LoggerMessage(104, LogLevel.Warning, "Refused a delivery to source {Source}: it is too large.")]
        public static partial void TooLarge(ILogger logger, string source);

        [LoggerMessage(105, LogLevel.Error, "Source {Source} has no usable secret: nothing can be verified.")]
        public static partial void NoSecret(ILogger logger, string source);

        [LoggerMessage(107, LogLevel.Error, "A delivery of source {Source} has to come again: it cannot be stored.")]
        public static partial void NotStored(ILogger logger, string source, Exception exception);

        [LoggerMessage(106, LogLevel.Error, "A delivery to source {Source} has to come again: the secret {SecretName} cannot be read.")]
        public static partial void NoSecretStore(ILogger logger, string source, string secretName, Exception exception);
    }
}
