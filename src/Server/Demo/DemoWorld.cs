using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Truto.Sandbox;
using UserSync.Receiving.Verification;
using UserSync.Sources;

namespace Server.Demo;

/// <summary>Everything that the demonstration needs: an in-memory Truto with users, the server, and secrets made up for this run.</summary>
internal sealed class DemoWorld : IAsyncDisposable
{
    private readonly RSA wixKey;
    private readonly TemporaryStore store;
    private readonly Dictionary<string, string> secrets;
    private readonly SandboxServer sandbox;
    private readonly WebApplication server;

    private DemoWorld(RSA wixKey, TemporaryStore store, Dictionary<string, string> secrets, SandboxTruto truto, SandboxServer sandbox, WebApplication server)
    {
        this.wixKey = wixKey;
        this.store = store;
        this.secrets = secrets;
        this.sandbox = sandbox;
        this.server = server;
        Truto = truto;
        Address = new Uri(server.Urls.Single());
    }

    /// <summary>The in-memory Truto.</summary>
    internal SandboxTruto Truto { get; }

    /// <summary>Where the server listens.</summary>
    internal Uri Address { get; }

    private SourceCatalog Sources => server.Services.GetRequiredService<SourceCatalog>();

    internal static async Task<DemoWorld> StartAsync(CancellationToken cancellationToken)
    {
        var truto = new SandboxTruto(TimeProvider.System, new SandboxOptions());
        var sandbox = await SandboxServer.StartAsync(truto, cancellationToken: cancellationToken);
        var wixKey = RSA.Create(2048);
        var store = new TemporaryStore();
        var secrets = MakeSecrets(wixKey);
        var settings = ServerHost.Settings(Path.Combine(AppContext.BaseDirectory, "Demo", "sources"));
        store.Use(settings);
        settings["urls"] = "http://127.0.0.1:0";
        settings["Truto:BaseAddress"] = sandbox.BaseAddress.ToString();
        foreach (var (name, value) in secrets)
        {
            settings[$"Secrets:{name}"] = value;
        }

        var server = ServerHost.Build(settings, builder => builder.Logging.SetMinimumLevel(LogLevel.Critical));
        Populate(truto);
        await server.StartAsync(cancellationToken);
        return new DemoWorld(wixKey, store, secrets, truto, sandbox, server);
    }

    /// <summary>Signs a body as its vendor does.</summary>
    internal DeliveryDraft Sign(DemoStep step, DateTimeOffset now)
    {
        var source = Sources.Find(step.Source)!;
        if (source.Verifier is not ISigner signer)
        {
            return new DeliveryDraft { Url = string.Empty, SignedAt = now, Body = Encoding.UTF8.GetBytes(SignWixToken((JsonObject)step.Body, now)) };
        }

        var draft = new DeliveryDraft
        {
            Url = source.PublicUrl?.AbsoluteUri ?? string.Empty,
            SignedAt = now,
            Body = Encoding.UTF8.GetBytes(step.Body.ToJsonString()),
        };
        signer.Sign(draft, secrets[source.Verifier.Secrets[0]]);
        return draft;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await server.StopAsync();
        await server.DisposeAsync();
        await sandbox.DisposeAsync();
        store.Dispose();
        wixKey.Dispose();
    }

    private static Dictionary<string, string> MakeSecrets(RSA wixKey) => new(StringComparer.Ordinal)
    {
        ["workos-signing-secret"] = RandomNumberGenerator.GetHexString(32),
        ["slack-signing-secret"] = RandomNumberGenerator.GetHexString(32),
        ["hubspot-client-secret"] = RandomNumberGenerator.GetHexString(32),
        ["auth0-stream-token"] = RandomNumberGenerator.GetHexString(32),
        ["clerk-signing-secret"] = "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(24)),
        ["wix-public-key"] = wixKey.ExportSubjectPublicKeyInfoPem(),
        [TrutoTarget.DefaultTokenSecret] = SandboxOptions.DefaultToken,
    };

    private static void Populate(SandboxTruto truto)
    {
        Add("0d3c1f6e-1111-4c55-9b1e-5f0a3c2d1e01", "pipedrive", new SandboxUser("42") { Email = "amy@example.com", Name = "Amy Ortiz", IsActive = true });
        Add("0d3c1f6e-2222-4c55-9b1e-5f0a3c2d1e02", "wix", new SandboxUser("ben-7") { Email = "ben@example.com", Name = "Ben Okafor", IsActive = true });
        Add("0d3c1f6e-3333-4c55-9b1e-5f0a3c2d1e03", "outreach", new SandboxUser("123") { Email = "chloe@example.com", FirstName = "Chloe", LastName = "Petit" });
        Add("0d3c1f6e-4444-4c55-9b1e-5f0a3c2d1e04", "salesforce", new SandboxUser("0052400000AbCdEAAV") { Email = "dinah@example.com", FirstName = "Dinah", LastName = "Weiss", IsActive = true });
        Add("0d3c1f6e-5555-4c55-9b1e-5f0a3c2d1e05", "planhat", new SandboxUser("emil") { Email = "emil@example.com", Name = "Emil Larsen", IsActive = true });
        Add("0d3c1f6e-6666-4c55-9b1e-5f0a3c2d1e06", "onepagecrm", new SandboxUser("fatima") { Email = "fatima@example.com", Name = "Fatima Rahman" });

        void Add(string account, string provider, SandboxUser user)
        {
            truto.PutAccount(new SandboxAccount(account, provider));
            truto.PutUser(account, user);
        }
    }

    private string SignWixToken(JsonObject claims, DateTimeOffset now)
    {
        claims["iat"] = now.ToUnixTimeSeconds();
        claims["exp"] = now.AddHours(1).ToUnixTimeSeconds();
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }
            .CreateToken(claims.ToJsonString(), new SigningCredentials(new RsaSecurityKey(wixKey), SecurityAlgorithms.RsaSha256));
    }
}
