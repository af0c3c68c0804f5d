using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Truto.Http;
using UserSync.Processing;
using UserSync.Queue;
using UserSync.Receiving;
using UserSync.Receiving.Events;
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
    public const string Route = Folder + "{source}";

    /// <summary>What stands before the source's name in <see cref="Route"/>.</summary>
    public const string Folder = "webhooks/";

    /// <summary>Takes one delivery.</summary>
    /// <param name="request">The request.</param>
    /// <param name="source">The name of the source, from the address.</param>
    /// <param name="cancellationToken">Ends reading and verifying. What is verified is finished, also when the sender hangs up.</param>
    [AsyncMethodBuilder(typeof(ReusedTaskBuilder<>))]
    public async ValueTask<IResult> HandleAsync(HttpRequest request, string source, CancellationToken cancellationToken)
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

        using var delivery = NewDelivery(configured, request, body);
        try
        {
            if (Answer(configured, delivery, null, null) is { } unsigned)
            {
                return unsigned;
            }

            var verification = await configured.Verifier.VerifyAsync(delivery, secrets, cancellationToken);
            if (Answer(configured, delivery, verification.Verdict, verification.Secret) is { } reply)
            {
                return reply;
            }

            if (Settle(configured, delivery, verification.Verdict, activity) is { } refusal)
            {
                return refusal;
            }

            var batch = configured.Events.Read(
                delivery, configured.Verifier.BodyCredentials, Activity.Current is { IdFormat: ActivityIdFormat.W3C } trace ? trace : null);
            if (Settle(configured, batch, activity) is { } settled)
            {
                return settled;
            }

            try
            {
                if (configured.Reply == ReplyMode.Queue)
                {
                    // Once begun, this is finished also when the sender hangs up: it may have been told already.
                    await intake.TakeAsync(batch.Events, CancellationToken.None);
                    return new AcknowledgementResult(configured.Acknowledgement);
                }

                return new OutcomesResult(configured, await waiting.ProcessAsync(configured, batch.Events), batch.IsArray);
            }
            catch (Exception exception) when (exception is not SecretStoreException)
            {
                // Nobody cancels from here on: a store that took too long says so in this way too. Whatever is wrong with the store, the
                // sender still has the delivery, and comes again with it.
                Log.NotStored(logger, source, exception);
                return Problems.StoreUnavailable();
            }
        }
        catch (SecretStoreException exception)
        {
            Log.NoSecretStore(logger, source, exception.SecretName, exception);
            return Problems.SecretsUnavailable();
        }
    }

    private static bool IsExpected(string method, Source source) =>
        HttpMethods.IsPost(method) || IsOfHandshake(method, source);

    private static bool IsOfHandshake(string method, Source source) =>
        source.Handshakes.Any(handshake => handshake.Method.Equals(method, StringComparison.OrdinalIgnoreCase));

    /// <summary>A delivery of a request. What nearly none needs is not made for all.</summary>
    private Delivery NewDelivery(Source source, HttpRequest request, ReadOnlyMemory<byte> body) => new(source.Events.Format)
    {
        Source = source.Name,
        Method = request.Method.ToUpperInvariant(),
        Url = source.Verifier.UsesUrl ? receiving.Value.UrlOf(source.Name, source.PublicUrl) + request.QueryString.Value : string.Empty,
        Headers = request.Headers,
        Query = request.QueryString.HasValue ? request.Query : QueryCollection.Empty,
        Body = body,
        ReceivedAt = time.GetUtcNow(),
    };

    /// <summary>The answer to a handshake; <see langword="null"/> where the delivery is none that may be answered.</summary>
    /// <param name="source">The source.</param>
    /// <param name="delivery">The delivery.</param>
    /// <param name="verdict">What verifying it came to; <see langword="null"/> where that is still to be done.</param>
    /// <param name="secret">The secret that it was signed with.</param>
    private HandshakeResult? Answer(Source source, Delivery delivery, Verdict? verdict, string? secret)
    {
        for (var i = 0; i < source.Handshakes.Count; i++)
        {
            var handshake = source.Handshakes[i];
            var isAllowed = verdict is { } known ? handshake.IsAllowed(known) : !handshake.IsVerified;
            if (isAllowed && handshake.Fits(delivery) && handshake.Answer(delivery, secret) is { } reply)
            {
                Log.Handshake(logger, source.Name);
                return new HandshakeResult(reply);
            }
        }

        return null;
    }

    /// <summary>The answer to a delivery that is not taken; <see langword="null"/> where it is genuine and may bring events.</summary>
    private IResult? Settle(Source source, Delivery delivery, Verdict verdict, Activity? activity)
    {
        var word = UserSyncMetrics.Word(verdict);
        metrics.Delivered(source.Name, word);
        activity?.SetTag(UserSyncTelemetry.VerdictTag, word);
        if (verdict == Verdict.NoSecret)
        {
            Log.NoSecret(logger, source.Name);
            return Problems.SourceNotReady();
        }

        if (verdict != Verdict.Valid)
        {
            Log.NotGenuine(logger, source.Name, verdict);
            return source.Refusal == RefusalFormat.SecurityEvent ? SecurityEventError.NotGenuine(verdict) : Problems.NotGenuine();
        }

        return delivery.Method == HttpMethods.Post ? null : Problems.WrongMethod(HttpMethods.Post);
    }

    /// <summary>The answer to a delivery in which there is nothing to take; <see langword="null"/> where there are events.</summary>
    private IResult? Settle(Source source, EventBatch batch, Activity? activity)
    {
        if (batch.Rejection is { } rejection)
        {
            Log.NotUnderstood(logger, source.Name, rejection.Reason);
            return source.Refusal == RefusalFormat.SecurityEvent ? SecurityEventError.NotUnderstood() : Problems.NotUnderstood(rejection);
        }

        activity?.SetTag(UserSyncTelemetry.EventsTag, batch.Events.Count);
        Log.Taken(logger, source.Name, batch.Events.Count);
        return batch.Events.Count == 0 ? new AcknowledgementResult(source.Acknowledgement) : null;
    }

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
