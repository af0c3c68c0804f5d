using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using UserSync.Outcomes;
using UserSync.Processing;
using UserSync.Receiving;
using UserSync.Receiving.Events;
using UserSync.Receiving.Handshakes;
using UserSync.Receiving.Verification;
using UserSync.Secrets;
using UserSync.Sources;

namespace UserSync.Endpoints;

/// <summary>The door: takes deliveries in. Every host serves this same method.</summary>
/// <param name="sources">The configured sources.</param>
/// <param name="secrets">Where secrets come from.</param>
/// <param name="processor">What follows for a sender that waits.</param>
/// <param name="receiving">The bounds.</param>
/// <param name="processing">How long a sender waits.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
public sealed partial class WebhookEndpoint(
    SourceCatalog sources,
    ISecretStore secrets,
    ChangeProcessor processor,
    IOptions<ReceivingOptions> receiving,
    IOptions<ProcessingOptions> processing,
    TimeProvider time,
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
            return await TakeAsync(configured, delivery, cancellationToken);
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

    private async Task<IResult> TakeAsync(Source source, Delivery delivery, CancellationToken cancellationToken)
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

        return delivery.Method == HttpMethods.Post ? await TakeEventsAsync(source, delivery) : Problems.WrongMethod(HttpMethods.Post);
    }

    private async Task<IResult> TakeEventsAsync(Source source, Delivery delivery)
    {
        var batch = source.Events.Read(delivery, source.Verifier.BodyCredentials);
        if (batch.Rejection is { } rejection)
        {
            Log.NotUnderstood(logger, source.Name, rejection.Reason);
            return source.Refusal == RefusalFormat.SecurityEvent ? SecurityEventError.NotUnderstood() : Problems.NotUnderstood(rejection);
        }

        Log.Taken(logger, source.Name, batch.Events.Count);
        return batch.Events.Count == 0
            ? new AcknowledgementResult(source.Acknowledgement)
            : new OutcomesResult(source, await ProcessAsync(source, batch.Events), batch.IsArray);
    }

    /// <summary>Processes the events one after the other, in the time that the sender waits.</summary>
    private async Task<IReadOnlyList<Outcome>> ProcessAsync(Source source, IReadOnlyList<ChangeEvent> events)
    {
        using var deadline = new CancellationTokenSource(processing.Value.WaitTimeout, time);
        var outcomes = new List<Outcome>(events.Count);
        foreach (var change in events)
        {
            try
            {
                outcomes.Add(deadline.IsCancellationRequested
                    ? Outcome.Failed(change, Failure.OutOfTime())
                    : await processor.ProcessAsync(source, change, deadline.Token));
            }
            catch (OperationCanceledException) when (deadline.IsCancellationRequested)
            {
                outcomes.Add(Outcome.Failed(change, Failure.OutOfTime()));
            }
        }

        return outcomes;
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

        [LoggerMessage(106, LogLevel.Error, "A delivery to source {Source} has to come again: the secret {SecretName} cannot be read.")]
        public static partial void NoSecretStore(ILogger logger, string source, string secretName, Exception exception);
    }
}
