namespace UserSync.Receiving.Verification;

/// <summary>A scheme with a signature: each one that the delivery carries is tried with each secret.</summary>
/// <param name="secrets">The names of the secrets.</param>
/// <param name="request">What is signed, and where the signature stands.</param>
internal abstract class SignedVerifier(IReadOnlyList<string> secrets, SignedRequest request) : CredentialVerifier<SignatureReading>(secrets)
{
    private protected SignedRequest Request { get; } = request;

    /// <inheritdoc/>
    public override bool UsesUrl => Request.Content.UsesUrl;

    private protected override Verdict Take(Delivery delivery, out SignatureReading credential) => Request.Take(delivery, out credential);

    private protected override VerificationResult Compare(Delivery delivery, SignatureReading credential, IReadOnlyList<string> known)
    {
        for (var i = 0; i < known.Count; i++)
        {
            if (Fits(delivery, credential, known[i]))
            {
                return new VerificationResult(Verdict.Valid, known[i]);
            }
        }

        return new VerificationResult(Verdict.Mismatch);
    }

    /// <summary>Whether one of the signatures fits the content and the secret.</summary>
    private protected abstract bool Fits(ReadOnlySpan<byte> content, SignatureReading reading, string secret);

    private bool Fits(Delivery delivery, SignatureReading reading, string secret)
    {
        if (Request.Content.IsBody)
        {
            return Fits(delivery.Body.Span, reading, secret);
        }

        using var content = new ContentBuffer(delivery.Body.Length);
        return Request.Content.TryWrite(delivery, reading, secret, content) && Fits(content.Written, reading, secret);
    }
}
