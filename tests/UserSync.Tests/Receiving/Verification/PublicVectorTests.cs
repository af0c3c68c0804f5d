using System.Text.Json;
using UserSync.Receiving;
using UserSync.Receiving.Verification;
using UserSync.Sources;
using UserSync.Tests.Support;

namespace UserSync.Tests.Receiving.Verification;

/// <summary>Signatures that vendors and well-known libraries have published.</summary>
public sealed class PublicVectorTests
{
    private static readonly Dictionary<string, JsonElement> Vectors =
        Json.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Receiving", "Verification", "public-vectors.json")))
            .EnumerateArray().ToDictionary(vector => vector.GetProperty("id").GetString()!);

    public static TheoryData<string> Ids => [.. Vectors.Keys];

    [Fact]
    public void There_are_vectors() => Assert.Equal(14, Vectors.Count);

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task A_published_signature_is_right(string id)
    {
        using var delivery = DeliveryOf(id);

        var result = await VerifierOf(id).TryAsync(delivery, "another secret", SecretOf(id));

        Assert.Equal(Verdict.Valid, result.Verdict);
        Assert.Equal(SecretOf(id), result.Secret);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task A_published_signature_is_wrong_for_another_body(string id)
    {
        using var delivery = DeliveryOf(id, "!");

        Assert.Equal(Verdict.Mismatch, await VerifierOf(id).VerdictAsync(delivery, SecretOf(id)));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task A_published_signature_is_wrong_for_another_secret(string id)
    {
        using var delivery = DeliveryOf(id);

        // One letter in the middle, so that prefixes and padding stay what they are.
        var secret = SecretOf(id).ToCharArray();
        secret[secret.Length / 2] = secret[secret.Length / 2] == 'A' ? 'B' : 'A';

        Assert.Equal(Verdict.Mismatch, await VerifierOf(id).VerdictAsync(delivery, new string(secret)));
    }

    private static string SecretOf(string id) => Vectors[id].GetProperty("secret").GetString()!;

    private static Verifier VerifierOf(string id) => TestVerifier.Of(Vectors[id].TryGetProperty("preset", out var preset)
        ? Presets.Find(preset.GetString()!)!.Settings.GetProperty("verify").GetRawText()
        : Vectors[id].GetProperty("verify").GetRawText());

    private static Delivery DeliveryOf(string id, string more = "")
    {
        var vector = Vectors[id];
        return Deliveries.Of(
            vector.GetProperty("body").GetString() + more,
            vector.GetProperty("headers").EnumerateObject().Select(header => (header.Name, header.Value.GetString()!)),
            method: vector.GetProperty("method").GetString()!,
            url: vector.GetProperty("url").GetString()!,
            receivedAt: DateTimeOffset.FromUnixTimeSeconds(vector.GetProperty("clock").GetInt64()));
    }
}
