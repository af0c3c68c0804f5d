using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using UserSync.Endpoints;

namespace Stores.Tests.Azure.Secrets;

/// <summary>A source whose deliveries are signed with a secret of the vault.</summary>
internal static class SignedSource
{
    public const string Secret = "test-signing-secret";
    public const string Account = "0d3c1f6e-5555-4c55-9b1e-5f0a3c2d1e05";

    private const string Configuration = $$"""
        {
          "verify": { "scheme": "hmac", "header": "x-signature" },
          "secrets": ["{{Secret}}"],
          "account": "{{Account}}",
          "provider": "planhat",
          "id": "id",
          "user": "user",
          "map": { "email": "email" }
        }
        """;

    /// <summary>Writes the source's file.</summary>
    public static Task WriteAsync(DirectoryInfo folder, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(Path.Combine(folder.FullName, "test.json"), Configuration, cancellationToken);

    /// <summary>Delivers one event, signed with a secret.</summary>
    /// <returns>The status of the answer.</returns>
    public static async Task<int> DeliverAsync(IServiceProvider services, string id, string secret, CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"id":"evt-{{id}}","user":"{{id}}","email":"u{{id}}@example.com"}""");
        var context = new DefaultHttpContext { RequestServices = services };
        context.Request.Method = HttpMethods.Post;
        context.Request.ContentType = "application/json";
        context.Request.Headers["x-signature"] = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));
        context.Request.Body = new MemoryStream(body);
        var door = (WebhookEndpoint)services.GetService(typeof(WebhookEndpoint))!;
        await (await door.HandleAsync(context.Request, "test", cancellationToken)).ExecuteAsync(context);
        return context.Response.StatusCode;
    }
}
