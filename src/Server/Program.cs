using Server.Commands;
using Spectre.Console;

return await CommandLine.RunAsync(args, AnsiConsole.Console);
