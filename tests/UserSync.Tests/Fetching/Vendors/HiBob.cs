using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using UserSync.Tests.Support;

namespace UserSync.Tests.Fetching.Vendors;

/// <summary>HiBob: a service user, asked with POST for fields by id, of which those of the root stand at the root.</summary>
internal sealed class HiBob : Vendor
{
    internal override string Credentials => "SERVICE-1:token";

    internal override void Locate(JsonObject fetch, string address) => fetch["base"] = $"{address}/v1";

    internal override async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Headers.Authorization != $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(Credentials))}")
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
        else if (!HttpMethods.IsPost(context.Request.Method) || context.Request.ContentType != "application/json")
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        }
        else if (context.Request.Path.Value!.Split('/') is not ["", "v1", "people", var id] || !Users.TryGetValue(id, out var user))
        {
            await SourceServer.JsonAsync(context, """{ "error": "Employee not found" }""", 404);
        }
        else
        {
            var question = JsonNode.Parse((string)context.Items["body"]!)!;
            await SourceServer.JsonAsync(context, Read(user, question["fields"]!.AsArray().Select(field => field!.GetValue<string>())).ToJsonString());
        }
    }

    private static JsonObject Read(JsonObject user, IEnumerable<string> fields)
    {
        var record = new JsonObject();
        foreach (var (category, name) in fields.Select(field => field.Split('.')).Select(parts => (parts[0], parts[1])))
        {
            var from = category == "root" ? user : user[category]?.AsObject();
            if (from?[name] is { } value)
            {
                var into = category == "root" ? record : record[category] as JsonObject ?? [];
                into[name] = value.DeepClone();
                record[category] = category == "root" ? null : into;
                record.Remove("root");
            }
        }

        return record;
    }
}
