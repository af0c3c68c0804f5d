using System.CommandLine;
using Spectre.Console;

namespace Server.Commands;

/// <summary><c>replay</c>: sends events through processing again.</summary>
internal static class ReplayCommand
{
    internal static Command Create(IAnsiConsole console)
    {
        var source = new Argument<string?>("SOURCE") { Description = "The source", Arity = ArgumentArity.ZeroOrOne };
        var id = new Argument<string?>("ID") { Description = "The id of one event", Arity = ArgumentArity.ZeroOrOne };
        var filter = new EventFilterOptions();
        var cursor = new Option<string?>("--cursor") { Description = "Where the last page ended" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what would happen" };
        var command = new Command("replay", "Process one event again, or with --status all that ended so") { source, id, cursor, dryRun };
        filter.AddTo(command);
        var client = new OperatorClient(command, console);
        command.SetAction((parsed, cancellationToken) =>
        {
            var onlySay = ("dryRun", parsed.GetValue(dryRun) ? "true" : null);
            return client.ShowAsync(
                parsed,
                HttpMethod.Post,
                parsed.GetValue(id) is { } one
                    ? $"/api/events/{Uri.EscapeDataString(parsed.GetValue(source)!)}/{Uri.EscapeDataString(one)}/replay{OperatorClient.Query(onlySay)}"
                    : "/api/events/replay" + OperatorClient.Query([.. filter.Read(parsed, parsed.GetValue(source)), ("cursor", parsed.GetValue(cursor)), onlySay]),
                cancellationToken);
        });
        return command;
    }
}
