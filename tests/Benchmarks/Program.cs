using System.CommandLine;
using Benchmarks;

return await new RootCommand("Measures what the product costs, beside what the same work costs at least.")
{
    BurstCommand.Create(),
    AcceptCommand.Create(),
    WaitCommand.Create(),
    GrowthCommand.Create(),
    MicroCommand.Create(),
    LoadCommand.Create(),
    StartCommand.Create(),
    FloorCommand.Create(),
    DirectoryCommand.Create(),
    HandCommand.Create(),
    UpstreamCommand.Create(),
}.Parse(args).InvokeAsync();
