namespace Truto.Sandbox;

/// <summary>How a sandbox behaves. The defaults are what Truto documents, or a guess where it documents nothing.</summary>
public sealed class SandboxOptions
{
    /// <summary>The API token of a sandbox that was given no other. It is no secret.</summary>
    public const string DefaultToken = "truto-sandbox-token";

    /// <summary>The API tokens that are valid from the start.</summary>
    public IReadOnlyList<string> Tokens { get; init; } = [DefaultToken];

    /// <summary>The limits that are in force at the start.</summary>
    public SandboxLimits Limits { get; init; } = SandboxLimits.Documented;

    /// <summary>The seed of every random decision about faults and latency.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How many of the latest calls are kept.</summary>
    public int CallCapacity { get; init; } = 1_000;

    /// <summary>How many answers are kept for repeated idempotency keys. Truto documents no number.</summary>
    public int IdempotencyCapacity { get; init; } = 100_000;

    /// <summary>For how long an answer is kept for a repeated idempotency key. Truto documents no time.</summary>
    public TimeSpan IdempotencyLifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How many users a page of a list carries when the request has no <c>limit</c>. Truto documents no number.</summary>
    public int DefaultPageSize { get; init; } = 25;

    /// <summary>How many users a page of a list carries at most; a greater <c>limit</c> is cut down to it.</summary>
    public int MaxPageSize { get; init; } = 1_000;

    /// <summary>
    /// How many users are looked at for one page of a list. A filter that few users pass then gives short and even empty pages with
    /// a cursor, which a client has to follow.
    /// </summary>
    public int PageScan { get; init; } = int.MaxValue;

    internal void ThrowIfInvalid(string parameterName)
    {
        List<string> errors = [];
        Check(
            Tokens is not null && Tokens.All(State.TokenStore.IsUsable),
            $"{nameof(Tokens)} must be 1 to 512 visible ASCII characters each.");
        Check(Limits is not null, $"{nameof(Limits)} must not be null; use {nameof(SandboxLimits)}.{nameof(SandboxLimits.Off)}.");
        Check(CallCapacity is >= 1 and <= 1_000_000, $"{nameof(CallCapacity)} must be from 1 to 1,000,000.");
        Check(IdempotencyCapacity is >= 1 and <= 10_000_000, $"{nameof(IdempotencyCapacity)} must be from 1 to 10,000,000.");
        Check(IdempotencyLifetime > TimeSpan.Zero, $"{nameof(IdempotencyLifetime)} must be positive.");
        Check(MaxPageSize is >= 1 and <= 10_000, $"{nameof(MaxPageSize)} must be from 1 to 10,000.");
        Check(
            DefaultPageSize >= 1 && DefaultPageSize <= MaxPageSize,
            $"{nameof(DefaultPageSize)} must be from 1 to {nameof(MaxPageSize)}.");
        Check(PageScan >= 1, $"{nameof(PageScan)} must be at least 1.");
        if (errors.Count > 0)
            throw new ArgumentException(string.Join(' ', errors), parameterName);

        void Check(bool valid, string error)
        {
            if (!valid)
                errors.Add(error);
        }
    }
}
