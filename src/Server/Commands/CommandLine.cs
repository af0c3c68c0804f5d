using System.CommandLine;
using Spectre.Console;

namespace Server.Commands;

/// <summary>The program's commands. Without one, it serves.</summary>
internal static class CommandLine
{
    // Nobody wraps lines in a file or a pipe.
    private const int EndlessWidth = 4000;

    internal static Task<int> RunAsync(string[] args, IAnsiConsole console, CancellationToken cancellationToken = default)
    {
        if (!console.Profile.Out.IsTerminal)
        {
            console.Profile.Width = EndlessWidth;
        }

        var sources = new Option<string?>("--sources") { Description = "The folder with one JSON file for each source [default: sources]", Recursive = true };
        var serve = ServeCommand.Create(sources, console);
        var root = new RootCommand("Truto User Sync: receives user changes and brings Truto's unified CRM users up to date.")
        {
            serve,
            DemoCommand.Create(console),
            CheckCommand.Create(sources, console),
            MapCommand.Create(sources, console),
            TestCommand.Create(sources, console),
            SendCommand.Create(sources, console),
            EventsCommand.Create(console),
            ReplayCommand.Create(console),
            PresetsCommand.Create(console),
        };
        root.Options.Add(sources);
        foreach (var option in serve.Options)
        {
            root.Options.Add(option);
        }

        root.Action = serve.Action;
        return root.Parse(args).InvokeAsync(new InvocationConfiguration(), cancellationToken);
    }
}
