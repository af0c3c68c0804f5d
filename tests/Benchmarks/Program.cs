using System.CommandLine;
using Benchmarks;

return await new RootCommand("Measures what the product costs, beside what the same work costs at least.")
{
    BurstCommand.Create(),
    AcceptCommand.Create(),
    GrowthCommand.Create(),
    FloorCommand.Create(),
    DirectoryCommand.Create(),
}.Parse(args).InvokeAsync();
