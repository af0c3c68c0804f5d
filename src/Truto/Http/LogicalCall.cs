using Polly;

namespace Truto.Http;

/// <summary>One call as its caller sees it: what it is, and what its attempts share.</summary>
/// <param name="operation">What is called.</param>
/// <param name="streams">Whether a success is handed out unread.</param>
/// <param name="maxRetries">How many attempts may follow the first.</param>
/// <param name="timeout">The longest that the call may take.</param>
/// <param name="started">When the call began, as a timestamp of the time provider.</param>
internal sealed class LogicalCall(Operation operation, bool streams, int maxRetries, TimeSpan timeout, long started)
{
    /// <summary>Where the call is found in the context of a call that may be repeated.</summary>
    private static readonly ResiliencePropertyKey<LogicalCall> Key = new("Truto.LogicalCall");

    public Operation Operation => operation;

    public bool Streams => streams;

    public int MaxRetries => maxRetries;

    /// <summary>Whether there is one attempt and no other, so that nothing of it has to be kept for a repetition.</summary>
    public bool IsSingle => maxRetries == 0;

    public TimeSpan Timeout => timeout;

    public long Started => started;

    /// <summary>The key that every attempt carries; <see langword="null"/> for a read.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>The token that is sent, which no message repeats.</summary>
    public string? Token { get; set; }

    /// <summary>How many attempts were begun.</summary>
    public int Attempts { get; set; }

    /// <summary>The wait that was planned before the next attempt.</summary>
    public TimeSpan NextDelay { get; set; }

    /// <summary>The call that a context belongs to, or <see langword="null"/> for a request that is no call of the client's.</summary>
    public static LogicalCall? Of(ResilienceContext? context) =>
        context is not null && context.Properties.TryGetValue(Key, out var call) ? call : null;

    /// <summary>The call that a request belongs to, also where a handler has put another request in the place of the client's.</summary>
    public static LogicalCall? Of(HttpRequestMessage request) =>
        request is CallRequest { Call: var call } ? call : Of(request.GetResilienceContext());

    /// <summary>Puts the call into the context of its request.</summary>
    public void AddTo(ResilienceContext context) => context.Properties.Set(Key, this);
}
