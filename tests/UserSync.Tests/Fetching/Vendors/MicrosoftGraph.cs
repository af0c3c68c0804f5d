using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using UserSync.Tests.Support;

namespace UserSync.Tests.Fetching.Vendors;

/// <summary>Microsoft Graph: an access token by client credentials, and a user with the properties that were selected.</summary>
internal sealed class MicrosoftGraph : Vendor
{
    private const string Client = "00000000-0000-0000-0000-000000000000";
    private const string Token = "eyJ0eXAiOiJKV1Qi.graph";

    internal override string Credentials => "8Q~client-secret";

    internal override void Locate(JsonObject fetch, string address)
    {
        fetch["base"] = $"{address}/v1.0";
        fetch["auth"]!["tokenUrl"] = fetch["auth"]!["tokenUrl"]!.GetValue<string>().Replace("https://login.microsoftonline.com", address, StringComparison.Ordinal);
    }

    internal override async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == $"/{Client}/oauth2/v2.0/token")
        {
            await AnswerTokenAsync(context);
        }
        else if (context.Request.Headers.Authorization != $"Bearer {Token}")
        {
            await SourceServer.JsonAsync(context, """{ "error": { "code": "InvalidAuthenticationToken", "message": "Access token is empty." } }""", 401);
        }
        else if (context.Request.Path.Value!.Split('/') is not ["", "v1.0", "users", var id] || !Users.TryGetValue(id, out var user))
        {
            await SourceServer.JsonAsync(context, """{ "error": { "code": "Request_ResourceNotFound", "message": "Resource does not exist." } }""", 404);
        }
        else
        {
            var selected = context.Request.Query["$select"].ToString() is { Length: > 0 } select ? select.Split(',') : ["id", "displayName", "givenName", "surname", "mail"];
            await SourceServer.JsonAsync(context, Pick(user, selected).ToJsonString());
        }
    }

    private Task AnswerTokenAsync(HttpContext context)
    {
        var form = QueryHelpers.ParseQuery((string)context.Items["body"]!);
        return form["grant_type"] == "client_credentials" && form["client_id"] == Client && form["client_secret"] == Credentials && form["scope"] == "https://graph.microsoft.com/.default"
            ? SourceServer.JsonAsync(context, $$"""{ "token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599, "access_token": "{{Token}}" }""")
            : SourceServer.JsonAsync(context, """{ "error": "invalid_client", "error_description": "AADSTS7000215" }""", 401);
    }
}
