using UserSync.Receiving.Bodies;
using UserSync.Secrets;

namespace UserSync.Receiving.Verification;

/// <summary>Several checks that must all succeed.</summary>
/// <param name="parts">The checks.</param>
internal sealed class AllVerifier(Verifier[] parts) : Verifier
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Secrets { get; } = [.. parts.SelectMany(part => part.Secrets).Distinct(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public override bool LacksSecret => parts.Any(part => part.LacksSecret);

    /// <inheritdoc/>
    public override string? Weakness => parts.Any(part => part.Weakness is null) ? null : parts[0].Weakness;

    /// <inheritdoc/>
    public override bool UsesUrl { get; } = parts.Any(part => part.UsesUrl);

    /// <inheritdoc/>
    public override IReadOnlyList<BodyPath> BodyCredentials { get; } = [.. parts.SelectMany(part => part.BodyCredentials)];

    /// <inheritdoc/>
    public override async ValueTask<VerificationResult> VerifyAsync(Delivery delivery, ISecretStore secrets, CancellationToken cancellationToken)
    {
        var last = new VerificationResult(Verdict.NoSecret);
        foreach (var part in parts)
        {
            last = await part.VerifyAsync(delivery, secrets, cancellationToken);
            if (!last.IsValid)
            {
                return last;
            }
        }

        return last;
    }
}
