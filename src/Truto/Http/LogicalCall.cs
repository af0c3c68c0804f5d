using Polly;

namespace Truto.Http;

/// <summary>One call as its caller sees it: what it is, and what its attempts share.</summary>
/// <param name="method">The HTTP method.</param>
/// <param name="template">The route with its placeholders, which is all that is ever shown of the URL.</param>
/// <param name="streams">Whether a success is handed out unread.</param>
/// <param name="maxRetries">How many attempts may follow the first.</param>
/// <param name="started">When the call began, as a timestamp of the time provider.</param>
internal sealed class LogicalCall(HttpMethod method, string template, bool streams, int maxRetries, long started)
{
    /// <summary>Where the call is found in the context that travels with the request.</summary>
    private static readonly ResiliencePropertyKey<LogicalCall> Key = new("Truto.LogicalCall");

    /// <summary>The method and the route template, for messages and telemetry.</summary>
    public string Operation { get; } = $"{method} {template}";

    public HttpMethod Method => method;

    public string Template => template;

    public bool Streams => streams;

    public int MaxRetries => maxRetries;

    public long Started => started;

    /// <summary>How many attempts were begun.</summary>
    public int Attempts { get; set; }

    /// <summary>The wait that was planned before the next attempt.</summary>
    public TimeSpan NextDelay { get; set; }

    /// <summary>The call that a context belongs to, or <see langword="null"/> for a request that is no call of the client's.</summary>
    public static LogicalCall? Of(ResilienceContext? context) =>
        context is not null && context.Properties.TryGetValue(Key, out var call) ? call : null;

    /// <summary>The call that a request belongs to.</summary>
    public static LogicalCall? Of(HttpRequestMessage request) => Of(request.GetResilienceContext());

    /// <summary>Puts the call into the context of its request.</summary>
    public void AddTo(ResilienceContext context) => context.Properties.Set(Key, this);
}
