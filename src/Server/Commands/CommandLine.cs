using System.CommandLine;
using Spectre.Console;

namespace Server.Commands;

/// <summary>The program's commands. Without one, it serves.</summary>
internal static class CommandLine
{
    internal static Task<int> RunAsync(string[] args, IAnsiConsole console, CancellationToken cancellationToken = default)
    {
        if (Console.IsOutputRedirected)
        {
            // Nobody wraps lines in a file or a pipe.
            console.Profile.Width = 4000;
        }

        var sources = new Option<string>("--sources") { Description = "The folder with one JSON file for each source", DefaultValueFactory = _ => "sources", Recursive = true };
        var serve = new ServeCommand(sources, console);
        var root = new RootCommand("Truto User Sync: receives user changes and brings Truto's unified CRM users up to date.")
        {
            sources,
            serve.Command,
            new DemoCommand(console).Command,
            new CheckCommand(sources, console).Command,
            new MapCommand(sources, console).Command,
            new PresetsCommand(console).Command,
        };
        serve.ServeFrom(root);
        return root.Parse(args).InvokeAsync(new InvocationConfiguration(), cancellationToken);
    }
}
