namespace Truto.Sandbox;

/// <summary>The limits that are in force. A limit that is <see langword="null"/> is off.</summary>
public sealed record SandboxLimits
{
    private static readonly TimeSpan TenSeconds = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The limits that Truto documents (500 requests in 10 s per token, 50 in 10 s per account), and a provider that takes 110 in
    /// 10 s, as in Truto's example of the headers.
    /// </summary>
    public static SandboxLimits Documented { get; } = new();

    /// <summary>No limit at all, and so no <c>ratelimit-*</c> headers either.</summary>
    public static SandboxLimits Off { get; } = new() { Token = null, Account = null, Provider = null };

    /// <summary>Truto's limit per bearer token: a 429 of its own, with <c>Retry-After: 10</c>.</summary>
    public SandboxRateLimit? Token { get; init; } = new(500, TenSeconds);

    /// <summary>Truto's limit per integrated account: a 429 of its own, with <c>Retry-After: 10</c>.</summary>
    public SandboxRateLimit? Account { get; init; } = new(50, TenSeconds);

    /// <summary>
    /// The provider's limit per account: a remote 429 once it is used up. Every answer of the provider tells it in the headers
    /// <c>ratelimit-limit</c>, <c>ratelimit-remaining</c> and <c>ratelimit-reset</c> (seconds from now).
    /// </summary>
    public SandboxRateLimit? Provider { get; init; } = new(110, TenSeconds);
}
