namespace Truto.Sandbox.Control;

/// <summary>The limits in force. What a new one leaves out is off.</summary>
internal sealed record LimitsDocument(RateLimitDocument? Token, RateLimitDocument? Account, RateLimitDocument? Provider)
{
    public static LimitsDocument Of(SandboxLimits limits) =>
        new(RateLimitDocument.Of(limits.Token), RateLimitDocument.Of(limits.Account), RateLimitDocument.Of(limits.Provider));

    public SandboxLimits ToLimits() =>
        new() { Token = Token?.ToLimit(), Account = Account?.ToLimit(), Provider = Provider?.ToLimit() };
}
