using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using NSec.Cryptography;
using UserSync;
using UserSync.Receiving;
using UserSync.Secrets;
using UserSync.Sources;

namespace Benchmarks.Micro;

/// <summary>Configured sources and deliveries for them, as the product makes them.</summary>
internal sealed class MicroWorld : IDisposable
{
    internal const string Secret = "a secret of the benchmarks";
    internal const string Body =
        """{"id":"event-1","type":"user.updated","time":"2026-01-01T00:00:00Z","data":"""
        + """{"user":"user-1","email":"amelia@example.com","first":"Amelia","last":"Ortiz","state":"active","""
        + """ "teams":[{"name":"sales"},{"name":"east"}]}}""";

    private const string Plain = """
        "email": "data.email", "first_name": "data.first", "last_name": "data.last", "custom_fields": { "team": "data.teams[0].name" }
        """;

    private const string Expressions = """
        "email": "data.email",
        "name": "join(' ', [data.first, data.last])",
        "is_active": { "from": "data.state", "values": { "active": true, "inactive": false } },
        "custom_fields": { "teams": "data.teams[].name | join(', ', @)" }
        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("truto-user-sync-micro-");
    private readonly ServiceProvider services;

    internal MicroWorld()
    {
        Add("hmac", """{ "scheme": "hmac", "header": "X-Signature" }""", Plain);
        Add("token", """{ "scheme": "token", "in": "header", "name": "X-Signature" }""", Plain);
        Add("basic", """{ "scheme": "basic" }""", Plain);
        Add("ecdsa", """{ "scheme": "signature", "header": "X-Signature", "algorithm": "ecdsa-sha256", "encoding": "base64" }""", Plain);
        Add("rsa", """{ "scheme": "signature", "header": "X-Signature", "algorithm": "rsa-sha256", "encoding": "base64" }""", Plain);
        Add("ed25519", """{ "scheme": "signature", "header": "X-Signature", "algorithm": "ed25519", "encoding": "base64" }""", Plain);
        Add("digest", """{ "scheme": "digest", "header": "X-Signature", "content": "{secret}{body}" }""", Plain);
        Add("jwt", """{ "scheme": "jwt", "in": "header", "algorithms": ["RS256"] }""", Plain);
        Add("expressions", """{ "scheme": "hmac", "header": "X-Signature" }""", Expressions);
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Sources:Folder"] = folder.FullName,
            ["Secrets:hmac"] = Secret,
            ["Secrets:token"] = Secret,
            ["Secrets:basic"] = $"user:{Secret}",
            ["Secrets:ecdsa"] = Ecdsa.ExportSubjectPublicKeyInfoPem(),
            ["Secrets:rsa"] = Rsa.ExportSubjectPublicKeyInfoPem(),
            ["Secrets:ed25519"] = Convert.ToBase64String(Ed25519.PublicKey.Export(KeyBlobFormat.RawPublicKey)),
            ["Secrets:digest"] = Secret,
            ["Secrets:jwt"] = Rsa.ExportSubjectPublicKeyInfoPem(),
            ["Secrets:expressions"] = Secret,
            ["Secrets:truto-api-token"] = "token",
        };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        services = new ServiceCollection().AddLogging().AddMetrics().AddUserSync(configuration).BuildServiceProvider();
        Secrets = services.GetRequiredService<ISecretStore>();
    }

    /// <summary>When every delivery arrives.</summary>
    internal static DateTimeOffset Now { get; } = DateTimeOffset.UnixEpoch.AddYears(56);

    internal static byte[] Bytes { get; } = Encoding.UTF8.GetBytes(Body);

    internal ECDsa Ecdsa { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    internal RSA Rsa { get; } = RSA.Create(2048);

    internal Key Ed25519 { get; } = Key.Create(SignatureAlgorithm.Ed25519);

    internal ISecretStore Secrets { get; }

    internal Source Source(string name) => services.GetRequiredService<SourceCatalog>().Find(name)!;

    /// <summary>A delivery to a source.</summary>
    /// <param name="source">The source.</param>
    /// <param name="header">The header that carries the proof.</param>
    /// <param name="value">The proof.</param>
    internal static Delivery Delivery(Source source, string header, string value) => new(source.Events.Format)
    {
        Source = source.Name,
        Method = "POST",
        Url = string.Empty,
        Headers = new HeaderDictionary { [header] = value, ["Content-Type"] = "application/json" },
        Query = QueryCollection.Empty,
        Body = Bytes,
        ReceivedAt = Now,
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        services.Dispose();
        Ecdsa.Dispose();
        Rsa.Dispose();
        Ed25519.Dispose();
        folder.Delete(recursive: true);
    }

    private void Add(string name, string verify, string map) => File.WriteAllText(
        Path.Combine(folder.FullName, $"{name}.json"),
        $$"""
        {
          "verify": {{verify}}, "secrets": ["{{name}}"], "account": "{{Workspace.Account}}", "provider": "planhat",
          "id": "id", "type": "type", "time": "time", "user": "data.user", "map": { {{map}} }
        }
        """);
}
