using Microsoft.AspNetCore.Http;
using UserSync.Tests.Support;

namespace UserSync.Tests.Fetching.Vendors;

/// <summary>Okta: an API token in a scheme of its own, and a user with a profile.</summary>
internal sealed class Okta : Vendor
{
    internal override string Credentials => "00a-api-token";

    internal override Task AnswerAsync(HttpContext context) =>
        context.Request.Headers.Authorization != $"SSWS {Credentials}" ? SourceServer.JsonAsync(context, """{ "errorCode": "E0000011", "errorSummary": "Invalid token provided" }""", 401)
        : context.Request.Path.Value!.Split('/') is not ["", "api", "v1", "users", var id] || !Users.TryGetValue(id, out var user)
            ? SourceServer.JsonAsync(context, """{ "errorCode": "E0000007", "errorSummary": "Not found: Resource not found" }""", 404)
        : SourceServer.JsonAsync(context, user.ToJsonString());
}
