using System.CommandLine;

namespace Server.Commands;

/// <summary>Which events a command is about.</summary>
internal sealed class EventFilterOptions
{
    private readonly Option<string?> status = new("--status") { Description = "received, applied, skipped, failed or dead-lettered" };
    private readonly Option<string?> user = new("--user") { Description = "The id of a CRM user" };
    private readonly Option<string?> since = new("--since") { Description = "Received since, for example 2026-01-31T12:00:00Z" };

    internal void AddTo(Command command)
    {
        command.Options.Add(status);
        command.Options.Add(user);
        command.Options.Add(since);
    }

    internal (string Name, string? Value)[] Read(ParseResult parsed, string? source) =>
        [("source", source), ("status", parsed.GetValue(status)), ("user", parsed.GetValue(user)), ("since", parsed.GetValue(since))];
}
