using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using UserSync.Tests.Support;

namespace UserSync.Tests.Fetching.Vendors;

/// <summary>Google's Directory API: an access token for a service account that acts for an administrator.</summary>
internal sealed class GoogleDirectory : Vendor, IDisposable
{
    private const string Token = "ya29.directory";
    private const string Scope = "https://www.googleapis.com/auth/admin.directory.user.readonly";

    private readonly RSA key = RSA.Create(2048);
    private string audience = string.Empty;

    internal override string Credentials => GoogleKey.Of(key);

    public void Dispose() => key.Dispose();

    internal override void Locate(JsonObject fetch, string address)
    {
        audience = $"{address}/token";
        fetch["base"] = $"{address}/admin/directory/v1";
        fetch["auth"]!["tokenUrl"] = audience;
    }

    internal override async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == "/token")
        {
            await (await IsGenuineAsync(QueryHelpers.ParseQuery((string)context.Items["body"]!)["assertion"].ToString())
                ? SourceServer.JsonAsync(context, $$"""{ "access_token": "{{Token}}", "expires_in": 3599, "token_type": "Bearer" }""")
                : SourceServer.JsonAsync(context, """{ "error": "invalid_grant", "error_description": "Invalid JWT Signature." }""", 400));
        }
        else if (context.Request.Headers.Authorization != $"Bearer {Token}")
        {
            await SourceServer.JsonAsync(context, """{ "error": { "code": 401, "status": "UNAUTHENTICATED" } }""", 401);
        }
        else if (context.Request.Path.Value!.Split('/') is not ["", "admin", "directory", "v1", "users", var id] || !Users.TryGetValue(id, out var user))
        {
            await SourceServer.JsonAsync(context, """{ "error": { "code": 404, "message": "Resource Not Found: userKey" } }""", 404);
        }
        else
        {
            // Custom attributes come only with the full projection.
            var names = user.Select(member => member.Key).Where(name => name != "customSchemas" || context.Request.Query["projection"] == "full");
            context.Response.Headers.ETag = "\"directory-1\"";
            await SourceServer.JsonAsync(context, Pick(user, names).ToJsonString());
        }
    }

    private async Task<bool> IsGenuineAsync(string assertion)
    {
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(assertion, new TokenValidationParameters
        {
            ValidIssuer = GoogleKey.Account,
            ValidAudience = audience,
            ValidAlgorithms = ["RS256"],
            IssuerSigningKey = new RsaSecurityKey(key),
        });
        return result.IsValid && (string)result.Claims["sub"] == "admin@example.com" && (string)result.Claims["scope"] == Scope;
    }
}
