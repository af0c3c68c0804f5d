using System.Text.Json;
using UserSync.Configuration;
using UserSync.Receiving;
using UserSync.Receiving.Verification;

namespace UserSync.Tests.Support;

/// <summary>Makes verifiers out of the setting <c>verify</c>, and tries deliveries with them.</summary>
internal static class TestVerifier
{
    internal const string SecretName = "signing-secret";

    internal static Verifier Of(string json, JwksClient? jwks = null)
    {
        var findings = new Findings();
        var verifier = new VerifierReader(jwks ?? Jwks.Unused).Read(Setting.Root("test.json", JsonElement.Parse(json), findings), [SecretName]);
        Assert.Empty(findings);
        return verifier!;
    }

    internal static async Task<VerificationResult> TryAsync(this Verifier verifier, Delivery delivery, params string[] secrets) =>
        await verifier.VerifyAsync(delivery, TestSecrets.Of(SecretName, secrets), CancellationToken.None);

    internal static async Task<Verdict> VerdictAsync(this Verifier verifier, Delivery delivery, params string[] secrets) =>
        (await verifier.TryAsync(delivery, secrets)).Verdict;
}
