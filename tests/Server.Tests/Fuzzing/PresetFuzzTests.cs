using System.Buffers.Text;
using System.Text;
using Server.Tests.Support;
using UserSync.Receiving.Verification;
using UserSync.Sources;

namespace Server.Tests.Fuzzing;

/// <summary>Whatever arrives at a preset's address, nothing breaks; and nothing that was not signed updates a user.</summary>
public sealed class PresetFuzzTests : IAsyncLifetime
{
    private static readonly string[] Rows = [.. Presets.All.Select(preset => preset.Name)];

    private static readonly Dictionary<string, List<RecordedDelivery>> Recordings = RecordedDelivery.All
        .GroupBy(PresetOf)
        .ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);

    private static readonly string[] MediaTypes =
    [
        "application/json", "application/json; charset=utf-16", "application/x-www-form-urlencoded", "text/xml",
        "application/cloudevents+json", "application/cloudevents-batch+json",
        "application/secevent+jwt", "text/plain", "multipart/form-data; boundary=x", "", ";", "APPLICATION/JSON ;",
        "application/x-ndjson", "\u0000",
    ];

    private static readonly string[] HeaderValues =
        ["ping", "sync", "SubscriptionValidation", "organization", "customers/update", "1.0", "%41%zz%FF"];

    private static readonly string[] HeaderNames =
    [
        "aeg-event-type", "X-Okta-Verification-Challenge", "WebHook-Request-Origin", "WebHook-Request-Rate", "ce-specversion", "ce-id",
        "ce-source", "ce-type", "ce-time", "ce-data", "ce-",
        "X-GitHub-Event", "X-GitHub-Delivery", "X-Goog-Resource-State", "X-Goog-Channel-ID", "X-Shopify-Topic", "X-Shopify-Triggered-At",
        "Authorization", "Content-Encoding", "X-Junk",
    ];

    // The events of these name no user, or few do.
    private static readonly string[] WithoutUsers = ["nango", "twilio", "hubspot-v2", "svix", "standard-webhooks-ed25519"];

    private static readonly string[] Guesses =
    [
        "Bearer ", "Bearer x", "Basic ", "Basic Og==", "sha256=", "v0=", "v1,", "t=1,v1=", "t=1767225600,v1=00,v1=01", "format=sha256,v=",
        new string('a', 9000), "Digest x", "=",
    ];

    // A secret of several values is an array.
    private readonly FuzzHost host = new(
        Path.Combine(RecordedDelivery.Folder, "sources"),
        RecordedDelivery.Secrets().Select(secret => KeyValuePair.Create($"{secret.Key}:0", secret.Value)).Concat(TestKeys.Secrets()));

    public static TheoryData<string> All() => [.. Rows];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Theory, MemberData(nameof(All))]
    public async Task Nothing_that_arrives_breaks_it(string preset)
    {
        var believed = 0;
        var applied = 0;
        await FuzzPlan.RunAsync(
            FuzzPlan.Seeds(FuzzPlan.PresetCases, Rows.Length),
            preset,
            async (random, cancellationToken) =>
            {
                var (source, request) = Make(preset, new Wild(random));
                var answer = await host.SendAsync(source, request, cancellationToken);
                Interlocked.Add(ref applied, answer.Updates);
                Interlocked.Add(ref believed, answer.Status is 400 or 401 or 405 ? 0 : 1);
            },
            TestContext.Current.CancellationToken);

        // Otherwise the cases would end at the door, and prove little about what is behind it.
        Assert.True(believed > 0 || FuzzPlan.IsRepetition, "No delivery was believed.");
        Assert.True(applied > 0 || FuzzPlan.IsRepetition || WithoutUsers.Contains(preset, StringComparer.Ordinal), "No user was updated.");
    }

    private static string PresetOf(RecordedDelivery delivery)
    {
        var source = RecordedDelivery.Read(Path.Combine(RecordedDelivery.Folder, "sources", $"{delivery.Source}.json"));
        return source.TryGetProperty("preset", out var preset) ? preset.GetString()! : "none";
    }

    private (Source Source, FuzzCase Request) Make(string preset, Wild wild)
    {
        var recorded = wild.Pick(Recordings[preset]);
        var source = host.Sources.Find(recorded.Source)!;
        var request = new FuzzCase
        {
            Method = wild.Chance(0.95) ? recorded.Method : wild.Pick(["GET", "OPTIONS", "PUT", "HEAD", "post", "", "FOO"]),
            Query = recorded.Url.Query,
            Headers = new Dictionary<string, string>(recorded.Headers, StringComparer.OrdinalIgnoreCase),
            Body = Body(recorded, wild),
        };
        Distort(request, wild);
        if (wild.Chance(0.75))
        {
            Sign(source, recorded, request, wild);
        }
        else
        {
            Forge(recorded, request, wild);
        }

        return (source, request);
    }

    private static byte[] Body(RecordedDelivery recorded, Wild wild) => wild.Random.Next(20) switch
    {
        0 => wild.Bytes(200),
        1 => wild.Chance(0.1) ? wild.Bytes(20_000) : [],
        2 => wild.Form(),
        3 => wild.Xml(),
        4 or 5 => wild.JsonBody(),
        6 or 7 => wild.Damage(recorded.Body),
        8 => recorded.Body,

        // What another vendor writes has the right shape somewhere.
        9 or 10 => wild.Pick(RecordedDelivery.All).Body,
        11 => wild.Pick([.. JsonSpans.Recorded.Values]).Mutate(wild),
        _ when JsonSpans.Recorded.TryGetValue(recorded.Name, out var spans) => spans.Mutate(wild),
        _ when recorded.Name == "salesforce-outbound-message" => MutateXml(recorded.Text, wild),
        _ => wild.Damage(recorded.Body),
    };

    private static byte[] MutateXml(string xml, Wild wild)
    {
        var at = wild.Pick([.. Enumerable.Range(0, xml.Length).Where(i => xml[i] == '>')]) + 1;
        return Encoding.UTF8.GetBytes(xml.Insert(at, Encoding.UTF8.GetString(wild.Xml())));
    }

    private static void Distort(FuzzCase request, Wild wild)
    {
        if (wild.Chance(0.15))
        {
            request.Headers["Content-Type"] = wild.Pick(MediaTypes);
        }

        if (wild.Chance(0.1))
        {
            request.Query = wild.Query();
        }

        for (var i = wild.Chance(0.3) ? wild.Random.Next(4) : 0; i > 0; i--)
        {
            request.Headers[wild.Pick(HeaderNames)] = wild.Chance(0.3) ? wild.Pick(HeaderValues) : wild.Text();
        }
    }

    /// <summary>
    /// Signs what has been made, so that it gets past the door: as the product's samples are signed, or with a key of the tests.
    /// </summary>
    private static void Sign(Source source, RecordedDelivery recorded, FuzzCase request, Wild wild)
    {
        switch (recorded.SchemeType)
        {
            case "jwt" when recorded.Name == "wix":
                request.Body = Encoding.UTF8.GetBytes(TestKeys.Rs256("""{"alg":"RS256","typ":"JWT"}""", Claims(recorded, wild)));
                break;
            case "jwt":
                request.Headers["Authorization"] = recorded.Headers["Authorization"];
                request.Body = Encoding.UTF8.GetBytes(TestKeys.Es256("""{"alg":"ES256","typ":"secevent+jwt"}""", Claims(recorded, wild)));
                break;
            case "signature":
                request.Headers["webhook-timestamp"] = "1767225600";
                byte[] content = [.. Encoding.UTF8.GetBytes($"{request.Headers["webhook-id"]}.1767225600."), .. request.Body];
                request.Headers["webhook-signature"] = "v1a," + Convert.ToBase64String(TestKeys.SignEd25519(content));
                break;
            case "hmac" or "digest" or "basic":
            case "token" when Variation.CredentialHeader(recorded) is not null || recorded.Url.Query.Length > 0:
                var draft = new DeliveryDraft
                {
                    Method = request.Method,
                    Url = recorded.Url.GetLeftPart(UriPartial.Path),
                    Body = request.Body,
                    SignedAt = ServerWorld.Start,
                };
                foreach (var (name, value) in request.Headers)
                {
                    draft.Headers[name] = value;
                }

                ((ISigner)source.Verifier).Sign(draft, recorded.Secret!);
                foreach (var (name, value) in draft.Headers)
                {
                    request.Headers[name] = value;
                }

                request.Query = draft.FullUrl[draft.Url.Length..];
                break;
            default:
                // The credential is in the body, or there is none.
                break;
        }
    }

    private static byte[] Claims(RecordedDelivery recorded, Wild wild)
    {
        var claims = Base64Url.DecodeFromChars(recorded.Text.Split('.')[1]);
        return wild.Random.Next(4) switch
        {
            0 => wild.JsonBody(),
            1 => claims,
            2 => wild.Damage(claims),
            _ => new JsonSpans(claims).Mutate(wild),
        };
    }

    /// <summary>A credential of the right form, in which nothing else is right.</summary>
    private static string Guess(string credential, Wild wild) =>
        string.Concat(credential.Select(letter => char.IsAsciiHexDigitLower(letter) ? "0123456789abcdef"[wild.Random.Next(16)] : letter)) + "0";

    /// <summary>Takes the credential out, or puts a guess in its place.</summary>
    private static void Forge(RecordedDelivery recorded, FuzzCase request, Wild wild)
    {
        request.IsForged = recorded.SchemeType != "none";
        if (Variation.CredentialHeader(recorded) is { } header)
        {
            request.Headers.Remove(header);
            if (wild.Chance(0.8))
            {
                request.Headers[header] = wild.Random.Next(3) switch
                {
                    0 => wild.Text(),
                    1 => Guess(recorded.Headers[header], wild),
                    _ => wild.Pick(Guesses),
                };
            }
        }

        if (recorded.SchemeType == "jwt")
        {
            request.Headers.Remove("Authorization");
        }

        request.Query = request.Query.Replace(recorded.Secret ?? "\0", "x", StringComparison.Ordinal);
        if (recorded.SchemeType is "token" or "jwt")
        {
            var body = Encoding.UTF8.GetString(request.Body).Replace(recorded.Secret ?? "\0", "x", StringComparison.Ordinal);
            request.Body = Encoding.UTF8.GetBytes(body);
        }

        if (recorded.SchemeType == "jwt")
        {
            var head = wild.Pick(["eyJhbGciOiJub25lIn0", "eyJhbGciOiJIUzI1NiJ9", "", "e30", "!"]);
            var tail = wild.Pick(["", "AA", "x", "AA.a.b"]);
            request.Body = Encoding.UTF8.GetBytes($"{head}.{Base64Url.EncodeToString(wild.JsonBody())}.{tail}");
        }
    }
}
