using Microsoft.AspNetCore.Http;
using UserSync.Receiving.Bodies;

namespace UserSync.Receiving;

/// <summary>One HTTP request from a source, with its body exactly as it was sent.</summary>
/// <param name="bodyFormat">How the source writes its bodies.</param>
public sealed class Delivery(IBodyFormat bodyFormat) : IDisposable
{
    private BodyContent? content;

    /// <summary>The name of the source.</summary>
    public required string Source { get; init; }

    /// <summary>The request's method, in capitals.</summary>
    public required string Method { get; init; }

    /// <summary>
    /// The address as the sender called it, its query included; built from configuration, never from <c>Host</c>. Empty where the source's
    /// verifier does not use it.
    /// </summary>
    public required string Url { get; init; }

    /// <summary>The request's headers.</summary>
    public required IHeaderDictionary Headers { get; init; }

    /// <summary>The request's query, decoded.</summary>
    public required IQueryCollection Query { get; init; }

    /// <summary>The body's bytes: what signatures are computed over.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>When the delivery arrived.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The body's media type in lower case and without parameters; empty where the request names none.</summary>
    public string MediaType => MediaTypes.Of(Headers.ContentType);

    /// <summary>
    /// The body, parsed on first use and only once. Whoever checks a signature reads <see cref="Body"/> and never this: nothing is
    /// parsed before it is known to be genuine, but for senders that put their credential into the body.
    /// </summary>
    public BodyContent Content => content ??= bodyFormat.Read(this);

    /// <inheritdoc/>
    public void Dispose() => content?.Dispose();

    /// <inheritdoc/>
    public override string ToString() => $"{Method} {Source} ({Body.Length} bytes)";
}
