using UserSync.Receiving.Bodies;
using UserSync.Secrets;

namespace UserSync.Receiving.Verification;

/// <summary>Several checks of which one must succeed, for senders that may put their credential in one of several places.</summary>
/// <param name="parts">The checks.</param>
internal sealed class AnyVerifier(Verifier[] parts) : Verifier, ISigner
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Secrets { get; } = [.. parts.SelectMany(part => part.Secrets).Distinct(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public override bool LacksSecret => parts.Any(part => part.LacksSecret);

    /// <inheritdoc/>
    public override string? Weakness => parts.Select(part => part.Weakness).FirstOrDefault(weakness => weakness is not null);

    /// <inheritdoc/>
    public override bool UsesUrl { get; } = parts.Any(part => part.UsesUrl);

    /// <inheritdoc/>
    public override IReadOnlyList<BodyPath> BodyCredentials { get; } = [.. parts.SelectMany(part => part.BodyCredentials)];

    /// <inheritdoc/>
    public override async ValueTask<VerificationResult> VerifyAsync(Delivery delivery, ISecretStore secrets, CancellationToken cancellationToken)
    {
        var closest = new VerificationResult(Verdict.MissingCredential);
        foreach (var part in parts)
        {
            var result = await part.VerifyAsync(delivery, secrets, cancellationToken);
            if (result.IsValid)
            {
                return result;
            }

            // A credential that is there and wrong says more than one that is not there.
            closest = closest.Verdict == Verdict.MissingCredential ? result : closest;
        }

        return closest;
    }

    /// <inheritdoc/>
    public bool RevealsSecret => parts.OfType<ISigner>().FirstOrDefault()?.RevealsSecret ?? false;

    /// <inheritdoc/>
    public void Sign(DeliveryDraft draft, string secret) => parts.OfType<ISigner>().FirstOrDefault()?.Sign(draft, secret);
}
