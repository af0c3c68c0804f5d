using Truto.Sandbox.Providers;
using Truto.Sandbox.State;

namespace Truto.Sandbox.Unified;

/// <summary>One call that Truto makes to a provider: what the provider answers carries what it says about its limit.</summary>
internal readonly record struct ProviderTurn(AccountSettings Settings, SandboxRateLimit? Limit, RateReading Reading)
{
    public ProviderShape Provider => Settings.Provider;

    public static ProviderTurn Take(AccountState account, AccountSettings settings, SandboxRateLimit? limit, long now) =>
        new(settings, limit, limit is null ? new RateReading(Allowed: true, 0, 0) : account.ProviderMeter.Take(limit, now));

    public Answer Stamp(Answer answer) => answer with { ProviderLimit = Limit, ProviderReading = Reading };

    public Answer Refuse(ProviderProblem problem, IReadOnlyList<string>? missingScopes = null) =>
        Stamp(Refusals.Provider(Provider, problem, missingScopes));

    /// <summary>The provider's 429: nothing remains, and the time until there is something is said twice.</summary>
    public Answer RefuseByLimit()
    {
        var reset = Math.Max(Reading.ResetSeconds, 1);
        var refused = this with { Reading = new RateReading(Allowed: false, 0, reset) };
        return refused.Refuse(ProviderProblem.RateLimited) with { RetryAfter = reset };
    }
}
