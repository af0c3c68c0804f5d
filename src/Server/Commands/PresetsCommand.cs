using System.CommandLine;
using Spectre.Console;
using UserSync.Sources;

namespace Server.Commands;

/// <summary><c>presets</c>: the vendors that a source can build on.</summary>
internal static class PresetsCommand
{
    internal static Command Create(IAnsiConsole console)
    {
        var command = new Command("presets", "List the vendors that a source can build on");
        command.SetAction(_ =>
        {
            var table = new Table().Border(TableBorder.Rounded).AddColumns("preset", "vendor", "verified by", "events carry", "secret");
            foreach (var preset in Presets.All)
            {
                table.AddRow([.. ((string[])[preset.Name, preset.Vendor, preset.Scheme, preset.Carries, preset.Secret]).Select(Markup.Escape)]);
            }

            console.Write(table);
            return 0;
        });
        return command;
    }
}
