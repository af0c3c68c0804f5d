using System.Text.Json;

namespace Truto;

/// <summary>What a successful call answered.</summary>
/// <typeparam name="T">The type of the answer.</typeparam>
public sealed record TrutoResponse<T>
{
    /// <summary>The answer.</summary>
    public required T Value { get; init; }

    /// <summary>The HTTP status, 200 to 299.</summary>
    public required int StatusCode { get; init; }

    /// <summary>
    /// The answer as Truto sent it, without a <c>result</c> wrapper around a unified record; <see langword="null"/> where Truto sent
    /// no body. May hold personal data.
    /// </summary>
    public JsonElement? Body { get; init; }

    /// <summary>The rate limit that the response reports, or <see langword="null"/> where it reports none.</summary>
    public RateLimit? RateLimit { get; init; }

    /// <summary>How many attempts the call took, 1 where the first succeeded.</summary>
    public int Attempts { get; init; }

    /// <summary>The <c>Idempotency-Key</c> that every attempt carried; <see langword="null"/> for a read.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>The status and the number of attempts, and nothing of the answer.</summary>
    public override string ToString() => $"HTTP {StatusCode}, attempts: {Attempts}";
}
