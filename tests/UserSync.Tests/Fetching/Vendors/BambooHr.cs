using System.Text;
using Microsoft.AspNetCore.Http;
using UserSync.Tests.Support;

namespace UserSync.Tests.Fetching.Vendors;

/// <summary>BambooHR: an API key as a user's name, XML unless JSON is asked for, and the fields that were asked for.</summary>
internal sealed class BambooHr : Vendor
{
    internal override string Credentials => "api-key:x";

    internal override async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Headers.Authorization != $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(Credentials))}")
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
        else if (context.Request.Path.Value!.Split('/') is not ["", "api", "v1", "employees", var id] || !Users.TryGetValue(id, out var user))
        {
            context.Response.Headers["X-BambooHR-Error-Message"] = "Employee not found";
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
        else if (context.Request.Headers.Accept != "application/json")
        {
            await context.Response.WriteAsync("<?xml version=\"1.0\"?><employee/>", context.RequestAborted);
        }
        else
        {
            await SourceServer.JsonAsync(context, Pick(user, ["id", .. context.Request.Query["fields"].ToString().Split(',')]).ToJsonString());
        }
    }
}
