using Microsoft.Extensions.Options;
using Server.Commands;
using Spectre.Console;
using UserSync.Receiving;
using UserSync.Receiving.Verification;
using UserSync.Secrets;
using UserSync.Sources;

namespace Server;

/// <summary>What a newcomer wants to know when the server has started: what runs, what is missing, and something to try.</summary>
internal static class Banner
{
    internal static async Task WriteAsync(IAnsiConsole console, WebApplication app, CancellationToken cancellationToken)
    {
        var catalog = app.Services.GetRequiredService<SourceCatalog>();
        var secrets = app.Services.GetRequiredService<ISecretStore>();
        var address = app.Urls.First().TrimEnd('/');
        console.MarkupLineInterpolated($"[bold]Truto User Sync[/] listens on [link]{address}[/]; open it in a browser to see what happens");
        foreach (var finding in catalog.Findings)
        {
            FindingText.Write(console, finding);
        }

        foreach (var source in catalog.All)
        {
            await WriteAsync(console, source, $"{address}/api/webhooks/{source.Name}", app, secrets, cancellationToken);
        }

        if (!catalog.All.Any())
        {
            console.MarkupLineInterpolated($"No source runs yet. Add one to the folder {catalog.Folder}; the README shows how.");
        }
    }

    private static async Task WriteAsync(IAnsiConsole console, Source source, string url, WebApplication app, ISecretStore secrets, CancellationToken cancellationToken)
    {
        console.WriteLine();
        console.MarkupLineInterpolated($"[bold]{source.Name}[/] ({source.Preset?.Vendor ?? "no preset"}) to {source.Mapping.Provider}");
        console.MarkupLineInterpolated($"  [link]{url}[/]");
        foreach (var name in source.Secrets)
        {
            var isThere = (await secrets.GetAsync(name, cancellationToken)).Count > 0;
            console.MarkupLine(isThere
                ? $"  secret {Markup.Escape(name)} [green]is set[/]"
                : $"  secret {Markup.Escape(name)} [red]is missing[/]: set {Markup.Escape(ConfigurationSecretStore.VariableFor(name))}");
        }

        if (await SampleAsync(source, url, app, secrets, cancellationToken) is { } sample)
        {
            console.WriteLine("  try it within five minutes:");
            console.WriteLine($"    {sample}");
        }
    }

    private static async Task<string?> SampleAsync(Source source, string url, WebApplication app, ISecretStore secrets, CancellationToken cancellationToken)
    {
        if (source.Verifier.Secrets is not [var name, ..]
            || await UsableSecrets.ReadAsync([name], secrets, cancellationToken) is not [var secret, ..])
        {
            return null;
        }

        var publicUrl = app.Services.GetRequiredService<IOptions<ReceivingOptions>>().Value.UrlOf(source.Name, source.PublicUrl);
        var now = app.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        return SampleDelivery.Make(source, publicUrl, secret, ServeSandbox.UserId, now) is { } draft ? draft.ToCurl(url) : null;
    }
}
