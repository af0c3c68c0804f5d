using System.Text;
using UserSync.Configuration;

namespace UserSync.Receiving.Verification;

/// <summary>HTTP Basic authentication. The secret is <c>user:password</c>.</summary>
/// <param name="secrets">The names of the secrets.</param>
internal sealed class BasicVerifier(IReadOnlyList<string> secrets) : CredentialVerifier<string>(secrets), ISigner
{
    private const string Scheme = "Basic ";

    internal static BasicVerifier Read(Setting settings, IReadOnlyList<string> secrets)
    {
        settings.ExpectObject("scheme", "secrets");
        return new BasicVerifier(secrets);
    }

    /// <inheritdoc/>
    public bool RevealsSecret => true;

    /// <inheritdoc/>
    public void Sign(DeliveryDraft draft, string secret) =>
        draft.Headers["Authorization"] = Scheme + Convert.ToBase64String(Encoding.UTF8.GetBytes(secret));

    private protected override Verdict Take(Delivery delivery, out string credential)
    {
        credential = string.Empty;
        var header = delivery.Headers.Authorization;
        if (header.Count == 0 || string.IsNullOrEmpty(header[0]))
        {
            return Verdict.MissingCredential;
        }

        if (header.Count > 1 || !header[0]!.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return Verdict.MalformedCredential;
        }

        credential = header[0]!;
        Span<byte> room = credential.Length <= Encodings.MostOnStack ? stackalloc byte[credential.Length] : new byte[credential.Length];
        return TryDecode(credential, room, out _) ? Verdict.Valid : Verdict.MalformedCredential;
    }

    private protected override VerificationResult Compare(Delivery delivery, string credential, IReadOnlyList<string> known)
    {
        Span<byte> room = credential.Length <= Encodings.MostOnStack ? stackalloc byte[credential.Length] : new byte[credential.Length];
        Span<char> given = credential.Length <= Encodings.MostOnStack ? stackalloc char[credential.Length] : new char[credential.Length];
        TryDecode(credential, room, out var length);
        given = given[..Encoding.UTF8.GetChars(room[..length], given)];
        for (var i = 0; i < known.Count; i++)
        {
            if (ConstantTime.Equal(given, known[i]))
            {
                return new VerificationResult(Verdict.Valid, known[i]);
            }
        }

        return new VerificationResult(Verdict.Mismatch);
    }

    private static bool TryDecode(string header, Span<byte> room, out int length) =>
        Encodings.TryDecode(header.AsSpan(Scheme.Length).Trim(), BytesEncoding.Base64, room, out length);
}
