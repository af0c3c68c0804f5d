namespace UserSync.Receiving;

/// <summary>The bounds of what is taken from a sender.</summary>
public sealed class ReceivingOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Receiving";

    /// <summary>
    /// The base of this application's address as senders call it, for example <c>https://hooks.example.com</c>. Signatures over the
    /// address are checked against it; the <c>Host</c> header is never believed.
    /// </summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>The largest body, in bytes. A larger one is answered with 413.</summary>
    public int MaxBodyBytes { get; set; } = 1024 * 1024;

    /// <summary>The deepest nesting of a body. A deeper one is answered with 400.</summary>
    public int MaxDepth { get; set; } = 64;

    /// <summary>The most change events in one delivery. More are answered with 413.</summary>
    public int MaxEvents { get; set; } = 5000;

    /// <summary>The address of a source as its sender calls it, without a query; empty where nothing says which that is.</summary>
    /// <param name="source">The name of the source.</param>
    /// <param name="own">The address that the source itself names.</param>
    public string UrlOf(string source, Uri? own) =>
        own?.OriginalString ?? (PublicUrl is null ? string.Empty : $"{PublicUrl.OriginalString.TrimEnd('/')}/api/webhooks/{source}");
}
