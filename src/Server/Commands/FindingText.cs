using Spectre.Console;
using UserSync.Configuration;

namespace Server.Commands;

/// <summary>Writes findings, one a line, so that they can be read by people and searched by programs.</summary>
internal static class FindingText
{
    internal static void Write(IAnsiConsole console, Finding finding)
    {
        var color = finding.Severity == Severity.Error ? "red" : "yellow";
        console.MarkupLine($"[{color}]{finding.Severity.ToString().ToLowerInvariant()}[/] {Markup.Escape(finding.ToString())}");
    }
}
