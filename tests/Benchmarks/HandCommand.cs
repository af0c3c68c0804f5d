using System.CommandLine;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Truto.Sandbox;

namespace Benchmarks;

/// <summary>
/// <c>hand</c>: a server that verifies, maps and sends the update, and nothing else; or, with <c>--store</c>, that keeps what became of it, too.
/// </summary>
internal static class HandCommand
{
    internal static Command Create()
    {
        var url = new Option<string>("--url") { Description = "The address to listen on", Required = true };
        var truto = new Option<string>("--truto") { Description = "Truto's address", Required = true };
        var file = new Option<string?>("--store") { Description = "The file of SQLite to keep outcomes in; without one, none is kept" };
        var command = new Command("hand", "Verify, map, send the update, answer with Truto's response: nothing else") { url, truto, file };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var upstream = new Uri(parsed.GetRequiredValue(truto));
            using var http = new HttpClient(new SocketsHttpHandler());
            using var store = parsed.GetValue(file) is { } path ? new HandStore(path) : null;
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls(parsed.GetRequiredValue(url));
            await using var app = builder.Build();
            app.Run(context => HandleAsync(context, http, upstream, store));
            await app.StartAsync(cancellationToken);
            await app.WaitForShutdownAsync(cancellationToken);
            return 0;
        });
        return command;
    }

    private static async Task HandleAsync(HttpContext context, HttpClient http, Uri upstream, HandStore? store)
    {
        if (context.Request.ContentLength is not { } length)
        {
            context.Response.StatusCode = StatusCodes.Status411LengthRequired;
            return;
        }

        var body = new byte[length];
        await context.Request.Body.ReadExactlyAsync(body, context.RequestAborted);
        if (!HandWritten.IsGenuine(body, context.Request.Headers[Workspace.SignatureHeader]))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        using var change = JsonDocument.Parse(body);
        var user = change.RootElement.GetProperty("user"u8).GetString()!;
        var patch = HandWritten.Patch(change.RootElement);
        using var request = HandWritten.Call(upstream, SandboxOptions.DefaultToken, user, patch);
        using var response = await http.SendAsync(request, context.RequestAborted);
        var answer = await response.Content.ReadAsByteArrayAsync(context.RequestAborted);
        if (store is not null)
        {
            await store.KeepAsync(change.RootElement.GetProperty("id"u8).GetString()!, user, body, patch, answer);
        }

        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer, context.RequestAborted);
    }
}
