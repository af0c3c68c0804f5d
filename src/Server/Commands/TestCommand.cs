using System.CommandLine;
using Spectre.Console;
using UserSync.Configuration;
using UserSync.Previews;
using UserSync.Sources;

namespace Server.Commands;

/// <summary><c>test [SOURCE]</c>: whether deliveries become what is expected of them. Nothing is fetched, and nothing is sent.</summary>
internal static class TestCommand
{
    internal static Command Create(Option<string?> sources, IAnsiConsole console)
    {
        var name = new Argument<string?>("SOURCE") { Description = "The name of the source [default: all]", Arity = ArgumentArity.ZeroOrOne };
        var update = new Option<bool>("--update") { Description = "Take what becomes of the deliveries for what is expected of them" };
        var command = new Command("test", "Run the mapping tests beside the source files; exit code 1 if any fails") { name, update };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var app = ServerHost.Build(ServerHost.Settings(parsed.GetValue(sources)));
            var catalog = app.Services.GetRequiredService<SourceCatalog>();
            var wanted = parsed.GetValue(name);
            if (wanted is not null && catalog.Find(wanted) is null)
            {
                return MapCommand.Missing(console, catalog, wanted);
            }

            var findings = new Findings();
            findings.AddRange(wanted is null ? catalog.Findings.Errors : []);
            var results = catalog.All.Where(source => wanted is null || source.Name == wanted)
                .SelectMany(source => MappingTestFiles.Read(catalog.Folder, source.Name, findings).Select(test => test.Run(source)))
                .ToList();
            foreach (var finding in findings)
            {
                FindingText.Write(console, finding);
            }

            var failed = await ShowAsync(console, results, parsed.GetValue(update), cancellationToken);
            console.MarkupLineInterpolated($"{results.Count - failed} passed, {failed} failed.");
            return failed == 0 && !findings.HasErrors ? 0 : 1;
        });
        return command;
    }

    private static async Task<int> ShowAsync(IAnsiConsole console, IReadOnlyList<MappingTestResult> results, bool isUpdate, CancellationToken cancellationToken)
    {
        var failed = 0;
        foreach (var result in results)
        {
            var name = $"{result.Test.Source}/{Path.GetFileNameWithoutExtension(result.Test.File)}";
            if (result.IsPassed)
            {
                console.MarkupLineInterpolated($"[green]passed[/]  {name}");
                continue;
            }

            if (isUpdate)
            {
                await MappingTestFiles.AcceptAsync(result, cancellationToken);
            }
            else
            {
                failed++;
            }

            console.MarkupLine($"{(isUpdate ? "[yellow]updated[/]" : "[red]failed[/] ")} {Markup.Escape(name)}");
            foreach (var difference in result.Differences)
            {
                console.MarkupLineInterpolated($"  {difference.Path}");
                console.MarkupLineInterpolated($"    [green]expected {difference.Expected ?? "nothing"}[/]");
                console.MarkupLineInterpolated($"    [red]actual   {difference.Actual ?? "nothing"}[/]");
            }
        }

        return failed;
    }
}
