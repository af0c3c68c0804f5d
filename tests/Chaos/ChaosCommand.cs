using System.CommandLine;

namespace Chaos;

/// <summary>The command line.</summary>
internal static class ChaosCommand
{
    internal static RootCommand Create()
    {
        var storage = new Option<string?>("--storage") { Description = "The connection string of a storage account, for example of Azurite [default: SQLite]" };
        var kills = new Option<int>("--kills") { Description = "How many times the server is killed", DefaultValueFactory = _ => 20 };
        var seconds = new Option<int>("--seconds") { Description = "When to give up", DefaultValueFactory = _ => 120 };
        var seed = new Option<int>("--seed") { Description = "What the random choices begin with", DefaultValueFactory = _ => Environment.TickCount };
        var command = new RootCommand("Kills the server again and again under load, and checks from outside that nothing was lost.") { storage, kills, seconds, seed };
        command.SetAction((parsed, cancellationToken) => new ChaosRun(new ChaosOptions(
            parsed.GetValue(storage),
            parsed.GetValue(kills),
            TimeSpan.FromSeconds(parsed.GetValue(seconds)),
            parsed.GetValue(seed))).RunAsync(cancellationToken));
        return command;
    }
}
