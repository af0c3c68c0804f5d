using UserSync.Secrets;

namespace UserSync.Receiving.Verification;

/// <summary>A check of what a delivery carries against every value of the source's secrets.</summary>
/// <typeparam name="T">What it carries.</typeparam>
/// <param name="secrets">The names of the secrets.</param>
internal abstract class CredentialVerifier<T>(IReadOnlyList<string> secrets) : Verifier
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Secrets => secrets;

    /// <inheritdoc/>
    public override ValueTask<VerificationResult> VerifyAsync(Delivery delivery, ISecretStore secrets, CancellationToken cancellationToken)
    {
        // The store is not asked before there is something to compare.
        var verdict = Take(delivery, out var credential);
        if (verdict != Verdict.Valid)
        {
            return ValueTask.FromResult(new VerificationResult(verdict));
        }

        var known = UsableSecrets.ReadAsync(Secrets, secrets, cancellationToken);
        return known.IsCompletedSuccessfully
            ? ValueTask.FromResult(Check(delivery, credential, known.Result))
            : CheckAsync(delivery, credential, known);
    }

    /// <summary>Takes out of a delivery what there is to compare, and settles what needs no secret.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <param name="credential">What it carries, where the verdict is <see cref="Verdict.Valid"/>.</param>
    private protected abstract Verdict Take(Delivery delivery, out T credential);

    /// <summary>Compares it with secrets, of which there is one at least.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <param name="credential">What it carries.</param>
    /// <param name="known">The secrets.</param>
    private protected abstract VerificationResult Compare(Delivery delivery, T credential, IReadOnlyList<string> known);

    private async ValueTask<VerificationResult> CheckAsync(Delivery delivery, T credential, ValueTask<IReadOnlyList<string>> known) =>
        Check(delivery, credential, await known);

    private VerificationResult Check(Delivery delivery, T credential, IReadOnlyList<string> known) =>
        known.Count == 0 ? new VerificationResult(Verdict.NoSecret) : Compare(delivery, credential, known);
}
