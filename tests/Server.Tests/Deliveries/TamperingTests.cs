using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Server.Tests.Support;
using UserSync.Receiving.Verification;
using UserSync.Sources;

namespace Server.Tests.Deliveries;

/// <summary>Nothing but the recorded delivery itself is believed.</summary>
[Collection(nameof(DeliveryGroup))]
public sealed class TamperingTests
{
    private const int SmallBody = 2048;

    private readonly ServerWorld world;

    public TamperingTests(DeliveryWorld fixture)
    {
        world = fixture.World;
        world.Truto.Calls.Clear();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Signed() => RecordedDelivery.Names(delivery => delivery.IsSigned && delivery.Body.Length > 0);

    public static TheoryData<string> WithStaticCredential() =>
        RecordedDelivery.Names(delivery => delivery.SchemeType is "token" or "basic");

    public static TheoryData<string> WithCredential() => RecordedDelivery.Names(delivery => delivery.SchemeType is not ("none" or "jwt"));

    public static TheoryData<string> WithCredentialHeader() =>
        RecordedDelivery.Names(delivery => Variation.CredentialHeader(delivery) is not null);

    public static TheoryData<string> WithSignatureHeader() =>
        RecordedDelivery.Names(delivery => delivery.SchemeType is "hmac" or "signature" or "digest");

    public static TheoryData<string> WithSignedHeaders() => RecordedDelivery.Names(delivery => SignedHeaders(delivery).Any());

    [Theory, MemberData(nameof(Signed))]
    public async Task One_flipped_byte_of_the_body_is_refused_at_the_door(string name)
    {
        var delivery = RecordedDelivery.Find(name);

        var answer = await world.SendAsync(delivery, Cancel, Flip(delivery.Body, delivery.Body.Length / 2, 1));

        AssertRefused(delivery, answer);
    }

    [Theory, MemberData(nameof(Signed))]
    public async Task No_flipped_bit_of_the_body_gets_past_the_verifier(string name)
    {
        var delivery = RecordedDelivery.Find(name);
        var source = world.Sources.Find(delivery.Source)!;
        Assert.True((await VerifyAsync(delivery, source)).IsValid);
        Assert.True(delivery.Body.Length <= SmallBody, "Check fewer positions of so large a body.");

        for (var position = 0; position < delivery.Body.Length; position++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var body = Flip(delivery.Body, position, 1 << bit);
                if (!IsSameForm(delivery, body))
                {
                    Assert.False((await VerifyAsync(delivery, source, body)).IsValid, $"Bit {bit} of byte {position} is not signed.");
                }
            }
        }
    }

    [Theory, MemberData(nameof(Signed))]
    public async Task A_body_that_is_cut_lengthened_or_empty_is_not_believed(string name)
    {
        var delivery = RecordedDelivery.Find(name);
        var source = world.Sources.Find(delivery.Source)!;

        Assert.False((await VerifyAsync(delivery, source, delivery.Body[..^1])).IsValid);
        Assert.False((await VerifyAsync(delivery, source, [])).IsValid);
        Assert.False((await VerifyAsync(delivery, source, [.. delivery.Body, (byte)'}'])).IsValid);
        Assert.False((await VerifyAsync(delivery, source, [(byte)'{', .. delivery.Body])).IsValid);
    }

    [Theory, MemberData(nameof(WithSignatureHeader))]
    public async Task No_other_signature_gets_past_the_verifier(string name)
    {
        var delivery = RecordedDelivery.Find(name);
        var source = world.Sources.Find(delivery.Source)!;
        var header = delivery.Headers[Variation.CredentialHeader(delivery)!];

        // Of several signatures only one was made with the known secret and in the known way; the others may be anything.
        var (before, signature, after) = name switch
        {
            "stripe" => (string.Empty, header.Split(",v0=")[0], ",v0=" + header.Split(",v0=")[1]),
            "standard-webhooks.user-updated" => (header.Split(' ')[0] + " ", header.Split(' ')[1], string.Empty),
            "truto" or "truto-base64" => ("format=sha256", header["format=sha256".Length..], string.Empty),
            _ => (string.Empty, header, string.Empty),
        };
        string[] others =
        [
            .. Variation.OneCharacterOff(signature), signature[..^4], signature[..(signature.Length / 2)], signature + "00", string.Empty,
            signature.Replace('=', 'A')[..^1] + "=",
        ];
        foreach (var other in others.Where(other => other != signature))
        {
            var headers = Variation.WithCredential(delivery, before + other + after).Headers;
            using var received = delivery.ToDelivery(source, headers: headers);
            Assert.False((await source.Verifier.VerifyAsync(received, world.Secrets, Cancel)).IsValid, other);
        }
    }

    [Theory, MemberData(nameof(WithStaticCredential))]
    public async Task A_credential_with_one_changed_character_is_refused_at_the_door(string name)
    {
        var delivery = RecordedDelivery.Find(name);
        var credential = Variation.Credential(delivery);

        var wrong = Variation.OneCharacterOff(credential).ElementAt(credential.Length / 2);
        var answer = await world.SendAsync(Variation.WithCredential(delivery, wrong), Cancel);

        AssertRefused(delivery, answer);
    }

    [Theory, MemberData(nameof(WithStaticCredential))]
    public async Task No_other_credential_gets_past_the_verifier(string name)
    {
        var delivery = RecordedDelivery.Find(name);
        var source = world.Sources.Find(delivery.Source)!;
        var credential = Variation.Credential(delivery);
        string[] others =
        [
            .. Variation.OneCharacterOff(credential), credential[..^1], $"{credential}x", $"{credential} {credential}",
            credential.ToUpperInvariant() + "x", "null", " ",
        ];

        foreach (var other in others)
        {
            var variation = Variation.WithCredential(delivery, other);
            using var received = delivery.ToDelivery(source, variation.Body, variation.Headers, variation.Query);
            Assert.False((await source.Verifier.VerifyAsync(received, world.Secrets, Cancel)).IsValid);
        }
    }

    [Theory, MemberData(nameof(WithCredential))]
    public async Task A_delivery_without_its_credential_is_refused(string name)
    {
        var delivery = RecordedDelivery.Find(name);

        var answer = await world.SendAsync(Variation.WithCredential(delivery, null), Cancel);

        if (name is "hibob.handshake" or "okta.handshake")
        {
            // Neither vendor says whether it signs this: without a credential it is answered, and does nothing else.
            Assert.Equal(200, answer.Status);
            Assert.Equal(0, world.Truto.Calls.Total);
        }
        else
        {
            AssertRefused(delivery, answer);
        }
    }

    [Theory, MemberData(nameof(WithCredentialHeader))]
    public async Task A_credential_that_stands_there_twice_is_not_believed(string name)
    {
        var delivery = RecordedDelivery.Find(name);

        var status = await SendTwiceAsync(delivery, Variation.CredentialHeader(delivery)!);

        Assert.Equal(ExpectedAnswer.Of(delivery).RefusedWith, status);
        Assert.Equal(0, world.Truto.Calls.Total);
    }

    [Theory, MemberData(nameof(WithSignedHeaders))]
    public async Task A_signed_header_that_stands_there_twice_is_not_believed(string name)
    {
        var delivery = RecordedDelivery.Find(name);
        foreach (var header in SignedHeaders(delivery))
        {
            Assert.Equal(ExpectedAnswer.Of(delivery).RefusedWith, await SendTwiceAsync(delivery, header));
        }
    }

    [Theory, MemberData(nameof(WithSignedHeaders))]
    public async Task A_signed_header_with_another_value_or_none_is_not_believed(string name)
    {
        var delivery = RecordedDelivery.Find(name);
        foreach (var header in SignedHeaders(delivery))
        {
            var headers = delivery.HeadersWith(header, delivery.Headers[header] + "0");
            AssertRefused(delivery, await world.SendAsync(delivery, Cancel, headers: headers));
            headers.Remove(header);
            AssertRefused(delivery, await world.SendAsync(delivery, Cancel, headers: headers));
        }
    }

    [Fact]
    public async Task A_token_that_stands_in_the_query_twice_is_not_believed() =>
        AssertRefused(
            RecordedDelivery.Find("azure-event-grid"),
            await world.SendAsync(RecordedDelivery.Find("azure-event-grid"), Cancel, query: "?key=eg-3c1a9f0b77&key=eg-3c1a9f0b77"));

    [Fact]
    public async Task Every_item_of_a_batch_needs_its_own_credential()
    {
        var delivery = RecordedDelivery.Find("microsoft-graph");
        const string Credential = "\"clientState\":\"cs-8f2b1d6a4c7e\",";
        var body = delivery.Text.Remove(delivery.Text.LastIndexOf(Credential, StringComparison.Ordinal), Credential.Length);

        var answer = await world.SendAsync(delivery, Cancel, Encoding.UTF8.GetBytes(body));

        AssertRefused(delivery, answer);
    }

    [Fact]
    public async Task A_security_event_needs_its_signature_and_its_bearer_token()
    {
        var delivery = RecordedDelivery.Find("secevent-scim");
        var headers = delivery.HeadersWith("Authorization", "Bearer h480djs93hd9");

        Assert.Equal("invalid_key", Error(await world.SendAsync(delivery, Cancel, headers: headers)));
        headers.Remove("Authorization");
        Assert.Equal("authentication_failed", Error(await world.SendAsync(delivery, Cancel, headers: headers)));
        Assert.Equal("authentication_failed", Error(await world.SendAsync(delivery, Cancel, [])));
        Assert.Equal("invalid_key", Error(await world.SendAsync(delivery, Cancel, Flip(delivery.Body, delivery.Body.Length - 20, 1))));

        static string? Error(Answer answer)
        {
            Assert.Equal(400, answer.Status);
            Assert.Equal("application/json", answer.ContentType);
            Assert.NotEqual(string.Empty, answer.Json.GetProperty("description").GetString());
            return answer.Json.GetProperty("err").GetString();
        }
    }

    private static byte[] Flip(byte[] body, int position, int mask)
    {
        var flipped = body.ToArray();
        flipped[position] ^= (byte)mask;
        return flipped;
    }

    /// <summary>The headers that are signed together with the body, as the recording describes it.</summary>
    private static IEnumerable<string> SignedHeaders(RecordedDelivery delivery) =>
        delivery.Scheme.TryGetProperty("signed_content", out var content)
            ? content.GetString()!.Split('{', '}')
                .Where(part => part.StartsWith("header:", StringComparison.Ordinal))
                .Select(part => part["header:".Length..])
            : [];

    /// <summary>A signature over a form's fields is blind to how they are escaped: %2B and %2b are one letter.</summary>
    private static bool IsSameForm(RecordedDelivery delivery, byte[] body) =>
        delivery.Headers.ContainsKey("X-Twilio-Signature") && Form(delivery.Body).SequenceEqual(Form(body), StringComparer.Ordinal);

    private static IEnumerable<string> Form(byte[] body) =>
        new FormReader(Encoding.UTF8.GetString(body)).ReadForm().Select(field => $"{field.Key}={field.Value}");

    private async Task<VerificationResult> VerifyAsync(RecordedDelivery delivery, Source source, byte[]? body = null)
    {
        using var received = delivery.ToDelivery(source, body);
        return await source.Verifier.VerifyAsync(received, world.Secrets, Cancel);
    }

    private async Task<int?> SendTwiceAsync(RecordedDelivery delivery, string header)
    {
        world.Clock.AdjustTime(delivery.ReceivedAt);
        var headers = delivery.Headers.Select(pair => (pair.Key, pair.Value)).Append((header, delivery.Headers[header]));
        var request = RawHttp.Request(delivery.Method, $"/api/webhooks/{delivery.Source}{delivery.Url.Query}", headers, delivery.Body);
        return RawHttp.StatusOf(await RawHttp.SendAsync(world.Address, request, hangUp: false, Cancel));
    }

    private void AssertRefused(RecordedDelivery delivery, Answer answer)
    {
        Assert.Equal(ExpectedAnswer.Of(delivery).RefusedWith, answer.Status);
        if (answer.Status == 401)
        {
            answer.AssertProblem(401, "not-verified");
            Assert.True(answer.Headers.ContainsKey("WWW-Authenticate"));
        }

        Assert.Equal(0, world.Truto.Calls.Total);
    }
}
