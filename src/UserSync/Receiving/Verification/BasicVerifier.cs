using System.Text;
using UserSync.Configuration;
using UserSync.Secrets;

namespace UserSync.Receiving.Verification;

/// <summary>HTTP Basic authentication. The secret is <c>user:password</c>.</summary>
internal sealed class BasicVerifier : Verifier, ISigner
{
    private const string Scheme = "Basic ";

    private BasicVerifier(IReadOnlyList<string> secrets) => Secrets = secrets;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Secrets { get; }

    internal static BasicVerifier Read(Setting settings, IReadOnlyList<string> secrets)
    {
        settings.ExpectObject("scheme", "secrets");
        return new BasicVerifier(secrets);
    }

    /// <inheritdoc/>
    public override ValueTask<VerificationResult> VerifyAsync(Delivery delivery, ISecretStore secrets, CancellationToken cancellationToken)
    {
        var header = delivery.Headers.Authorization;
        if (header.Count == 0 || string.IsNullOrEmpty(header[0]))
        {
            return ValueTask.FromResult(new VerificationResult(Verdict.MissingCredential));
        }

        if (header.Count > 1 || !header[0]!.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            || !Encodings.TryDecode(header[0].AsSpan(Scheme.Length).Trim(), BytesEncoding.Base64, out var bytes))
        {
            return ValueTask.FromResult(new VerificationResult(Verdict.MalformedCredential));
        }

        var credentials = Encoding.UTF8.GetString(bytes);
        return SecretMatch.FindAsync(Secrets, secrets, secret => ConstantTime.Equal(credentials, secret), cancellationToken);
    }

    /// <inheritdoc/>
    public bool RevealsSecret => true;

    /// <inheritdoc/>
    public void Sign(DeliveryDraft draft, string secret) =>
        draft.Headers["Authorization"] = Scheme + Convert.ToBase64String(Encoding.UTF8.GetBytes(secret));
}
