using UserSync.Secrets;

namespace UserSync.Receiving.Verification;

/// <summary>A scheme with a signature: each one that the delivery carries is tried with each secret.</summary>
/// <param name="secrets">The names of the secrets.</param>
/// <param name="request">What is signed, and where the signature stands.</param>
internal abstract class SignedVerifier(IReadOnlyList<string> secrets, SignedRequest request) : Verifier
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Secrets => secrets;

    private protected SignedRequest Request { get; } = request;

    /// <inheritdoc/>
    public override bool UsesUrl => Request.Content.UsesUrl;

    /// <inheritdoc/>
    public override ValueTask<VerificationResult> VerifyAsync(Delivery delivery, ISecretStore secrets, CancellationToken cancellationToken)
    {
        var verdict = Request.Take(delivery, out var reading);
        return verdict == Verdict.Valid
            ? SecretMatch.FindAsync(Secrets, secrets, secret => Fits(delivery, reading, secret), cancellationToken)
            : ValueTask.FromResult(new VerificationResult(verdict));
    }

    /// <summary>Whether one of the signatures fits the content and the secret.</summary>
    private protected abstract bool Fits(ReadOnlySpan<byte> content, IReadOnlyList<byte[]> signatures, string secret);

    private bool Fits(Delivery delivery, SignatureHeader.Reading reading, string secret) =>
        Request.Content.Of(delivery, reading, secret) is { } content && Fits(content.Span, reading.Signatures, secret);
}
