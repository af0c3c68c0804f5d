using System.Diagnostics;
using UserSync.Queue;

namespace UserSync.Telemetry;

/// <summary>
/// The traces of the product. One trace runs from the delivery through the queue's message to the call of Truto, whose own source is
/// <see cref="Truto.TrutoClient.ActivitySourceName"/>. No span holds personal data or a secret.
/// </summary>
public static class UserSyncTelemetry
{
    /// <summary>The name of the <see cref="ActivitySource"/> and of the <see cref="System.Diagnostics.Metrics.Meter"/>.</summary>
    public const string Name = "UserSync";

    /// <summary>The span of a delivery, until its sender has its answer.</summary>
    public const string DeliverySpan = "delivery";

    /// <summary>The span of an attempt at a message of the queue.</summary>
    public const string ProcessSpan = "process";

    /// <summary>The span of an update, around the call of Truto.</summary>
    public const string UpdateSpan = "update";

    internal const string SourceTag = "usersync.source";
    internal const string VerdictTag = "usersync.verdict";
    internal const string EventsTag = "usersync.events";
    internal const string AttemptTag = "usersync.attempt";
    internal const string OutcomeTag = "usersync.outcome";
    internal const string ProviderTag = "usersync.provider";

    private static readonly ActivitySource Spans = new(Name);

    /// <summary>
    /// Goes on with the trace of the request where that is recorded. Where it is not, because the host records nothing of requests or
    /// the sender says that its trace is not, the delivery begins a trace of its own and links the other.
    /// </summary>
    internal static Activity? StartDelivery(string source)
    {
        if (!Spans.HasListeners())
        {
            return null;
        }

        if (Activity.Current is not { Recorded: false } request)
        {
            return Spans.StartActivity(DeliverySpan)?.SetTag(SourceTag, source);
        }

        Activity.Current = null;
        var delivery = Spans.StartActivity(
            DeliverySpan, ActivityKind.Server, default(ActivityContext), tags: null, [new ActivityLink(request.Context)]);
        if (delivery is null)
        {
            Activity.Current = request;
        }

        return delivery?.SetTag(SourceTag, source);
    }

    /// <summary>
    /// Goes on with the delivery's trace. What runs here already, for example the host's span of this invocation, becomes a link: a span
    /// has one parent.
    /// </summary>
    internal static Activity? StartProcessing(ChangeMessage message, string source)
    {
        if (!Spans.HasListeners())
        {
            return null;
        }

        if (!ActivityContext.TryParse(message.TraceParent, message.TraceState, isRemote: true, out var delivery))
        {
            return Tagged(Spans.StartActivity(ProcessSpan, ActivityKind.Consumer));
        }

        ActivityLink[] links = Activity.Current is { } current ? [new ActivityLink(current.Context)] : [];
        return Tagged(Spans.StartActivity(ProcessSpan, ActivityKind.Consumer, delivery, tags: null, links));

        Activity? Tagged(Activity? activity) => activity?.SetTag(SourceTag, source).SetTag(AttemptTag, message.Attempt);
    }

    internal static Activity? StartUpdate(string provider) =>
        Spans.HasListeners() ? Spans.StartActivity(UpdateSpan)?.SetTag(ProviderTag, provider) : null;
}
