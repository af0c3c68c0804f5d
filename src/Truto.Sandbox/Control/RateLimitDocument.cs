namespace Truto.Sandbox.Control;

/// <summary>A limit, with its window in seconds.</summary>
internal sealed record RateLimitDocument(int Requests, int WindowSeconds)
{
    public static RateLimitDocument? Of(SandboxRateLimit? limit) =>
        limit is null ? null : new(limit.Requests, (int)limit.Window.TotalSeconds);

    public SandboxRateLimit ToLimit() => new(Requests, TimeSpan.FromSeconds(WindowSeconds));
}
