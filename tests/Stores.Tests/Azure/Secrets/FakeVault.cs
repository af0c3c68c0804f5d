using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Core.Pipeline;

namespace Stores.Tests.Azure.Secrets;

/// <summary>
/// A vault that speaks the REST of Azure Key Vault (7.x, "Get Secret", "Get Secret Versions", "Authentication, requests and responses"):
/// whoever brings no token is told where to get one; secrets have versions, each with attributes; lists come in pages.
/// </summary>
internal sealed class FakeVault(TimeProvider time) : HttpMessageHandler
{
    public const string Tenant = "5e5c9c4e-6ad4-4e4e-9f0a-3d0f4a2b7c11";
    public const string Token = "access-token";

    /// <summary>What the vault says of who asked, when it refuses.</summary>
    public const string Caller = "oid=c4nary-c4ller";

    private readonly ConcurrentDictionary<string, List<FakeVersion>> secrets = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentQueue<string> requests = new();
    private int challenges;

    /// <summary>The address: of each vault its own, because clients remember where a vault's tokens come from.</summary>
    public string Address { get; } = $"https://v{Guid.NewGuid():N}.vault.azure.net";

    /// <summary>What was asked with a token: the path.</summary>
    public IReadOnlyList<string> Requests => [.. requests];

    /// <summary>How often somebody without a token was turned away.</summary>
    public int Challenges => challenges;

    /// <summary>How many versions a page of a list has.</summary>
    public int PageSize { get; set; } = 25;

    /// <summary>Whether the identity may list.</summary>
    public bool MayList { get; set; } = true;

    /// <summary>Whether the identity may read.</summary>
    public bool MayRead { get; set; } = true;

    /// <summary>What is answered instead; <see langword="null"/> for the truth.</summary>
    public Func<HttpResponseMessage?> Instead { get; set; } = () => null;

    /// <summary>What has to happen before there is an answer.</summary>
    public Func<CancellationToken, Task> Before { get; set; } = _ => Task.CompletedTask;

    public HttpPipelineTransport Transport => new HttpClientTransport(new HttpClient(this, disposeHandler: false));

    /// <summary>Adds a version to a secret, as of now.</summary>
    public FakeVersion Set(string name, string value)
    {
        var versions = secrets.GetOrAdd(name, _ => []);
        var version = new FakeVersion(Guid.NewGuid().ToString("N"), value, time.GetUtcNow());
        lock (versions)
        {
            versions.Add(version);
        }

        return version;
    }

    public void Delete(string name) => secrets.TryRemove(name, out _);

    /// <summary>Makes the vault answer nothing but this.</summary>
    public void Refuse(HttpStatusCode status, string code, string? retryAfter = null) => Instead = () =>
    {
        var refusal = Error(status, code);
        if (retryAfter is not null)
        {
            refusal.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
        }

        return refusal;
    };

    /// <summary>Makes the vault answer again.</summary>
    public void Recover() => Instead = () => null;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Headers.Authorization is not { Scheme: "Bearer", Parameter: Token })
        {
            Interlocked.Increment(ref challenges);
            var challenge = Error(HttpStatusCode.Unauthorized, "Unauthorized");
            challenge.Headers.WwwAuthenticate.Add(new AuthenticationHeaderValue(
                "Bearer", $"authorization=\"https://login.microsoftonline.com/{Tenant}\", resource=\"https://vault.azure.net\""));
            challenge.RequestMessage = request;
            return challenge;
        }

        requests.Enqueue(request.RequestUri!.AbsolutePath.TrimEnd('/'));
        await Before(cancellationToken);
        var response = Instead() ?? Answer(request.RequestUri);
        response.RequestMessage = request;
        return response;
    }

    private static HttpResponseMessage Error(HttpStatusCode status, string code)
    {
        var error = new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = $"Caller: {Caller}" } };
        var response = Json(error, status);
        response.Headers.Add("x-ms-request-id", "request-1");
        return response;
    }

    private static HttpResponseMessage Json(JsonNode body, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };

    private JsonObject Bundle(string name, FakeVersion version) => new()
    {
        ["id"] = $"{Address}/secrets/{name}/{version.Id}",
        ["attributes"] = new JsonObject
        {
            ["enabled"] = version.IsEnabled,
            ["created"] = version.CreatedAt.ToUnixTimeSeconds(),
            ["updated"] = version.CreatedAt.ToUnixTimeSeconds(),
            ["nbf"] = version.NotBefore?.ToUnixTimeSeconds(),
            ["exp"] = version.ExpiresAt?.ToUnixTimeSeconds(),
            ["recoveryLevel"] = "Recoverable+Purgeable",
        },
    };

    private HttpResponseMessage Answer(Uri address)
    {
        var path = address.AbsolutePath.Trim('/').Split('/');
        if (path is not ["secrets", var name, ..] || !secrets.TryGetValue(name, out var versions))
        {
            return path is ["secrets", _, "versions"]
                ? Json(new JsonObject { ["value"] = new JsonArray() })
                : Error(HttpStatusCode.NotFound, "SecretNotFound");
        }

        lock (versions)
        {
            return path is [_, _, "versions"] ? List(name, versions, address) : Read(name, versions, path.ElementAtOrDefault(2));
        }
    }

    private HttpResponseMessage Read(string name, List<FakeVersion> versions, string? id)
    {
        var version = id is null ? versions[^1] : versions.Find(version => version.Id == id);
        if (version is null)
        {
            return Error(HttpStatusCode.NotFound, "SecretNotFound");
        }

        if (!version.IsEnabled || !MayRead)
        {
            return Error(HttpStatusCode.Forbidden, "Forbidden");
        }

        var bundle = Bundle(name, version);
        bundle["value"] = version.Value;
        return Json(bundle);
    }

    /// <summary>The versions in no order that means anything.</summary>
    private HttpResponseMessage List(string name, List<FakeVersion> versions, Uri address)
    {
        if (!MayList)
        {
            return Error(HttpStatusCode.Forbidden, "Forbidden");
        }

        var skip = address.Query.Split("$skiptoken=") is [_, var token] ? int.Parse(token, CultureInfo.InvariantCulture) : 0;
        var ordered = versions.OrderBy(version => version.Id, StringComparer.Ordinal).ToList();
        var next = skip + PageSize;
        return Json(new JsonObject
        {
            ["value"] = new JsonArray([.. ordered.Skip(skip).Take(PageSize).Select(version => Bundle(name, version))]),
            ["nextLink"] = next < ordered.Count ? $"{Address}/secrets/{name}/versions?api-version=7.6&$skiptoken={next}" : null,
        });
    }
}
