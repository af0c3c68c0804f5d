using System.Net.Http.Headers;
using System.Text;
using UserSync.Configuration;

namespace UserSync.Fetching;

/// <summary>The client credentials grant of OAuth 2.0 (RFC 6749, section 4.4). The secret is the client's.</summary>
internal sealed class ClientCredentials : TokenAuthentication
{
    private const string UrlRemedy = "Write the https address at which tokens are asked for";

    private static readonly IReadOnlyDictionary<string, bool> Places = new Dictionary<string, bool>(StringComparer.Ordinal)
    {
        ["body"] = false,
        ["header"] = true,
    };

    private readonly string client;
    private readonly string? scope;
    private readonly IReadOnlyList<KeyValuePair<string, string>> parameters;
    private readonly bool inHeader;

    private ClientCredentials(
        string secret, Uri tokenUrl, string client, string? scope, IReadOnlyList<KeyValuePair<string, string>> parameters, bool inHeader)
        : base(secret, tokenUrl)
    {
        this.client = client;
        this.scope = scope;
        this.parameters = parameters;
        this.inHeader = inHeader;
    }

    internal static ClientCredentials? Read(Setting settings, string? secret, bool allowsPrivate)
    {
        settings.ExpectObject("scheme", "secret", "tokenUrl", "client", "scope", "parameters", "credentials");
        var tokenUrl = FixedAddress.Read(settings.Member("tokenUrl"), UrlRemedy, allowsPrivate);
        var client = settings.Member("client").RequiredText("Write the id of the client, which the source system gave you");
        var scope = settings.Member("scope").Text("Write the scopes, with spaces between them");
        var inHeader = settings.Member("credentials").Choice(Places, absent: false);
        var parameters = ReadParameters(settings.Member("parameters"));
        return secret is null || tokenUrl is null || client is null
            ? null
            : new ClientCredentials(secret, tokenUrl, client, scope, parameters, inHeader);
    }

    /// <inheritdoc/>
    internal override HttpRequestMessage Request(string value, DateTimeOffset now)
    {
        var form = new List<KeyValuePair<string, string>> { new("grant_type", "client_credentials") };
        if (scope is not null)
        {
            form.Add(new("scope", scope));
        }

        form.AddRange(parameters);
        if (!inHeader)
        {
            form.Add(new("client_id", client));
            form.Add(new("client_secret", value));
            return Post(form);
        }

        // Section 2.3.1: each half is form-encoded first.
        var request = Post(form);
        var pair = $"{Uri.EscapeDataString(client)}:{Uri.EscapeDataString(value)}";
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
        return request;
    }

    private static List<KeyValuePair<string, string>> ReadParameters(Setting setting)
    {
        const string Remedy = "Write { \"parameter\": \"value\" }, for example { \"audience\": \"https://api.example.com\" }";
        if (setting.IsPresent && !setting.IsObject)
        {
            setting.Error("it is not an object", Remedy);
        }

        return [.. setting.Members()
            .Select(member => (member.Name, Value: member.Value.RequiredText(Remedy)))
            .Where(member => member.Value is not null)
            .Select(member => KeyValuePair.Create(member.Name, member.Value!))];
    }
}
