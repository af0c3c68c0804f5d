using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;
using Truto.Crm;
using Truto.Errors;
using Truto.Http;

namespace Truto;

/// <summary>
/// The client for the Truto API. It is safe to use from many threads at once, and one instance serves every account. Every failed
/// call throws a <see cref="TrutoException"/>, except where the caller's own cancellation or arguments are the reason.
/// </summary>
public sealed class TrutoClient
{
    /// <summary>
    /// The name of the activity source with one activity per call, for <c>AddSource(…)</c> of OpenTelemetry. Its tags hold the route
    /// template, the status and the cause, and neither ids nor personal data.
    /// </summary>
    public const string ActivitySourceName = "Truto";

    /// <summary>
    /// Makes a client over an <see cref="HttpClient"/> of the caller's. Retries, and the deadlines of attempts that may be repeated, are
    /// the work of the handlers that <see cref="TrutoServiceCollectionExtensions.AddTruto"/> and <see cref="Create"/> set up; over an
    /// <see cref="HttpClient"/> without them a call is one attempt, which should follow no redirects.
    /// </summary>
    /// <param name="http">The client to send with. Its base address is not used.</param>
    /// <param name="options">The options, not to be changed afterwards.</param>
    /// <param name="time">The clock; the system's where it is <see langword="null"/>.</param>
    /// <exception cref="OptionsValidationException">The options cannot work; the message has everything that is wrong.</exception>
    public TrutoClient(HttpClient http, TrutoOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        Validate(options);
        CrmUsers = new CrmUsersClient(new Transport(http, options, time ?? TimeProvider.System));
    }

    /// <summary>Makes a client over handlers, without what an <see cref="HttpClient"/> does around them for every request.</summary>
    internal TrutoClient(HttpMessageInvoker handlers, TrutoOptions options, TimeProvider time) =>
        CrmUsers = new CrmUsersClient(new Transport(handlers, options, time));

    /// <summary>The users of the unified CRM API.</summary>
    public CrmUsersClient CrmUsers { get; }

    /// <summary>
    /// Makes a client without a container. It owns its connections: make one, and keep it for the life of the process.
    /// </summary>
    /// <param name="options">The options, not to be changed afterwards.</param>
    /// <param name="time">The clock; the system's where it is <see langword="null"/>.</param>
    /// <param name="primaryHandler">
    /// What reaches the network, for a proxy or a test; it must follow no redirects. A handler of the client's own where it is
    /// <see langword="null"/>.
    /// </param>
    /// <exception cref="OptionsValidationException">The options cannot work; the message has everything that is wrong.</exception>
    public static TrutoClient Create(TrutoOptions options, TimeProvider? time = null, HttpMessageHandler? primaryHandler = null)
    {
        Validate(options);
        time ??= TimeProvider.System;
        var pipeline = new ResiliencePipelineBuilder<HttpResponseMessage>();
        RetryPolicy.Apply(pipeline, options, time);
        var handlers = new SingleAttemptHandler
        {
            InnerHandler = new ResilienceHandler(pipeline.Build())
            {
                InnerHandler = new AttemptHandler(options, time) { InnerHandler = primaryHandler ?? CreatePrimaryHandler() },
            },
        };
        return new TrutoClient(new HttpMessageInvoker(handlers), options, time);
    }

    /// <summary>What reaches the network.</summary>
    internal static SocketsHttpHandler CreatePrimaryHandler() => new()
    {
        // A 307 would carry the body, and with it personal data, to whatever host it names.
        AllowAutoRedirect = false,
        UseCookies = false,

        // Without a lifetime, a connection that is never idle would never notice that Truto's address has changed.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),

        // Turns off the runtime's own traces, whose tags hold the URL with the id; CallActivity takes their place.
        ActivityHeadersPropagator = null,
    };

    private static void Validate(TrutoOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = options.Errors().ToArray();
        if (errors.Length > 0)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(TrutoOptions), errors);
        }
    }
}
