using System.CommandLine;
using Spectre.Console;
using UserSync.Configuration;
using UserSync.Secrets;
using UserSync.Sources;

namespace Server.Commands;

/// <summary><c>check</c>: everything that is wrong in the source files, at once.</summary>
internal static class CheckCommand
{
    internal static Command Create(Option<string?> sources, IAnsiConsole console)
    {
        var command = new Command("check", "Report everything that is wrong in the source files; exit code 1 if anything is");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var app = ServerHost.Build(ServerHost.Settings(parsed.GetValue(sources)));
            var catalog = app.Services.GetRequiredService<SourceCatalog>();
            foreach (var finding in catalog.Findings)
            {
                FindingText.Write(console, finding);
            }

            foreach (var (source, name) in await MissingSecretsAsync(catalog, app.Services.GetRequiredService<ISecretStore>(), cancellationToken))
            {
                FindingText.Write(console, new Finding(
                    Severity.Warning, Path.Combine(Path.GetFileName(Path.GetFullPath(catalog.Folder)), $"{source.Name}.json"), "$", $"the secret {name} has no value here", $"Set {ConfigurationSecretStore.VariableFor(name)}, or run where it is known"));
            }

            var errors = catalog.Findings.Errors.Count();
            console.MarkupLineInterpolated($"{catalog.All.Count()} sources can run, {errors} errors.");
            return errors == 0 ? 0 : 1;
        });
        return command;
    }

    internal static async Task<IReadOnlyList<(Source Source, string Secret)>> MissingSecretsAsync(SourceCatalog catalog, ISecretStore secrets, CancellationToken cancellationToken)
    {
        var missing = new List<(Source, string)>();
        foreach (var source in catalog.All)
        {
            foreach (var name in source.Secrets)
            {
                if ((await secrets.GetAsync(name, cancellationToken)).Count == 0)
                {
                    missing.Add((source, name));
                }
            }
        }

        return missing;
    }
}
