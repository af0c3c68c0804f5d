using System.CommandLine;
using Spectre.Console;

namespace Server.Commands;

/// <summary><c>events</c>: what became of events, or of one.</summary>
internal static class EventsCommand
{
    internal static Command Create(IAnsiConsole console)
    {
        var source = new Argument<string?>("SOURCE") { Description = "The source of one event", Arity = ArgumentArity.ZeroOrOne };
        var id = new Argument<string?>("ID") { Description = "The id of one event", Arity = ArgumentArity.ZeroOrOne };
        var filter = new EventFilterOptions();
        var limit = new Option<int?>("--limit") { Description = "How many at most" };
        var cursor = new Option<string?>("--cursor") { Description = "Where the last page ended" };
        var command = new Command("events", "Show what became of events, the latest first; with SOURCE and ID, all about one") { source, id, limit, cursor };
        filter.AddTo(command);
        var client = new OperatorClient(command, console);
        command.SetAction((parsed, cancellationToken) => client.ShowAsync(
            parsed,
            HttpMethod.Get,
            parsed.GetValue(id) is { } one
                ? $"/api/events/{Uri.EscapeDataString(parsed.GetValue(source)!)}/{Uri.EscapeDataString(one)}"
                : "/api/events" + OperatorClient.Query(
                    [.. filter.Read(parsed, parsed.GetValue(source)), ("limit", parsed.GetValue(limit)?.ToString()), ("cursor", parsed.GetValue(cursor))]),
            cancellationToken));
        return command;
    }
}
