using UserSync.Configuration;
using UserSync.Secrets;

namespace UserSync.Receiving.Verification;

/// <summary>Believes everything, because the configuration says so in as many words.</summary>
internal sealed class NoVerifier : Verifier
{
    /// <inheritdoc/>
    public override bool LacksSecret => false;

    /// <inheritdoc/>
    public override string Weakness => "deliveries are not verified: anybody who can reach this address can change users";

    internal static NoVerifier Read(Setting settings)
    {
        settings.ExpectObject("scheme");
        return new NoVerifier();
    }

    /// <inheritdoc/>
    public override ValueTask<VerificationResult> VerifyAsync(Delivery delivery, ISecretStore secrets, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new VerificationResult(Verdict.Valid));
}
