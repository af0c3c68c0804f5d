namespace Truto.Webhooks;

/// <summary>What a signature proved. Only <see cref="Valid"/> is genuine.</summary>
public enum WebhookVerdict
{
    /// <summary>Truto signed exactly these bytes with one of the secrets.</summary>
    Valid,

    /// <summary>There is no signature header, or it is empty.</summary>
    MissingSignature,

    /// <summary>The header is not of the form <c>format=sha256,v=…</c> with 32 bytes in hexadecimal or base64.</summary>
    MalformedSignature,

    /// <summary>The header names a format other than <c>sha256</c>.</summary>
    UnsupportedFormat,

    /// <summary>There is no secret to verify with, so that nothing can be genuine.</summary>
    NoSecret,

    /// <summary>None of the secrets makes this signature for these bytes.</summary>
    Mismatch,
}
