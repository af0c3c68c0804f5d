using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace UserSync.Tests.Support;

/// <summary>JSON Web Tokens, made by hand, so that they can be wrong in every way.</summary>
internal static class TestToken
{
    internal static readonly RSA Rsa = RSA.Create(2048);
    internal static readonly RSA OtherRsa = RSA.Create(2048);
    internal static readonly ECDsa Ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    internal static long Seconds => Now.Time.ToUnixTimeSeconds();

    /// <summary>Claims of a token that holds now.</summary>
    internal static string Claims => $$"""{ "iat": {{Seconds}}, "exp": {{Seconds + 60}} }""";

    internal static string RsaPem => Rsa.ExportSubjectPublicKeyInfoPem();

    internal static string RS256(string claims, RSA? key = null, string header = """{ "alg": "RS256", "kid": "one" }""") =>
        Of(header, claims, content => (key ?? Rsa).SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    internal static string HS256(string claims, string key) =>
        Of("""{ "alg": "HS256" }""", claims, content => HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), content));

    internal static string Of(string header, string claims, Func<byte[], byte[]> sign)
    {
        var content = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        return $"{content}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(content)))}";
    }

    /// <summary>A JWKS document with RSA keys.</summary>
    internal static string Jwks(params (string Id, RSA Key)[] keys) => $$"""
        { "keys": [{{string.Join(',', keys.Select(key =>
        {
            var parameters = key.Key.ExportParameters(includePrivateParameters: false);
            return $$"""{ "kty": "RSA", "use": "sig", "kid": "{{key.Id}}", "n": "{{Base64Url.EncodeToString(parameters.Modulus)}}", "e": "{{Base64Url.EncodeToString(parameters.Exponent)}}" }""";
        }))}}] }
        """;
}
