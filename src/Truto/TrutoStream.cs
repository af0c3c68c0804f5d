using System.Diagnostics.CodeAnalysis;

namespace Truto;

/// <summary>
/// An answer that is handed out while it arrives and is held in memory nowhere. Dispose it, or its connection stays taken.
/// </summary>
[SuppressMessage("Naming", "CA1711", Justification = "It is the answer to a call with the response format stream.")]
public sealed class TrutoStream : IAsyncDisposable
{
    private readonly HttpResponseMessage response;

    internal TrutoStream(HttpResponseMessage response, Stream content)
    {
        this.response = response;
        Content = content;
    }

    /// <summary>
    /// The bytes as Truto sends them. A read that waits longer than <see cref="TrutoOptions.AttemptTimeout"/>, or whose connection
    /// breaks, throws a <see cref="Errors.TrutoException"/>; nothing is retried once the headers are here.
    /// </summary>
    public Stream Content { get; }

    /// <summary>The media type with its parameters, which is the provider's own, or <see langword="null"/> where none was sent.</summary>
    public string? ContentType => response.Content.Headers.ContentType?.ToString();

    /// <summary>The length in bytes, or <see langword="null"/> where Truto does not know it beforehand.</summary>
    public long? Length => response.Content.Headers.ContentLength;

    /// <summary>The HTTP status, 200 to 299.</summary>
    public int StatusCode => (int)response.StatusCode;

    /// <summary>The rate limit that the response reports, or <see langword="null"/> where it reports none.</summary>
    public RateLimit? RateLimit { get; internal init; }

    /// <summary>How many attempts the call took, 1 where the first succeeded.</summary>
    public int Attempts { get; internal init; }

    /// <summary>The <c>Idempotency-Key</c> that every attempt carried.</summary>
    public string? IdempotencyKey { get; internal init; }

    /// <summary>Closes the stream and gives the connection back, or breaks it off where there is more to come.</summary>
    public async ValueTask DisposeAsync()
    {
        await Content.DisposeAsync();
        response.Dispose();
    }
}
