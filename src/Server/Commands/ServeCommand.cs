using System.CommandLine;
using Spectre.Console;
using UserSync.Sources;

namespace Server.Commands;

/// <summary><c>serve</c>: takes deliveries in until it is stopped.</summary>
internal static class ServeCommand
{
    internal const string DefaultUrl = "http://127.0.0.1:5080";

    internal static Command Create(Option<string?> sources, IAnsiConsole console)
    {
        var url = new Option<string>("--url") { Description = "The address to listen on", DefaultValueFactory = _ => DefaultUrl };
        var sandbox = new Option<bool>("--sandbox") { Description = "Send updates to an in-memory Truto in this process, in which every account has a user 42" };
        var command = new Command("serve", "Serve webhooks (the default)") { url, sandbox };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = ServerHost.Settings(parsed.GetValue(sources));
            settings["urls"] = parsed.GetValue(url);
            await using var truto = parsed.GetValue(sandbox) ? await ServeSandbox.StartAsync(settings, cancellationToken) : null;
            await using var app = ServerHost.Build(settings);
            truto?.Fill(app.Services.GetRequiredService<SourceCatalog>());
            await app.StartAsync(cancellationToken);
            await Banner.WriteAsync(console, app, cancellationToken);
            truto?.Explain(console, app.Services.GetRequiredService<SourceCatalog>());
            await app.WaitForShutdownAsync(cancellationToken);
            return 0;
        });
        return command;
    }
}
