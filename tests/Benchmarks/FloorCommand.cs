using System.CommandLine;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Benchmarks;

/// <summary><c>floor</c>: a server that reads the body and answers 204. It is what accepting an event costs at least.</summary>
internal static class FloorCommand
{
    internal static Command Create()
    {
        var url = new Option<string>("--url") { Description = "The address to listen on", Required = true };
        var command = new Command("floor", "Read every body and answer 204, nothing else") { url };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls(parsed.GetRequiredValue(url));
            await using var app = builder.Build();
            app.Run(async context =>
            {
                ReadResult read;
                do
                {
                    read = await context.Request.BodyReader.ReadAsync(context.RequestAborted);
                    context.Request.BodyReader.AdvanceTo(read.Buffer.End);
                }
                while (!read.IsCompleted);
                context.Response.StatusCode = 204;
            });
            await app.StartAsync(cancellationToken);
            await app.WaitForShutdownAsync(cancellationToken);
            return 0;
        });
        return command;
    }
}
