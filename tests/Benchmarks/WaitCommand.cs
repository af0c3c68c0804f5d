using System.CommandLine;
using Truto.Sandbox;

namespace Benchmarks;

/// <summary>
/// <c>wait</c>: how many deliveries a second are taken to Truto while their sender waits, each with its outcome in SQLite, beside a server
/// written by hand that keeps nothing.
/// </summary>
internal static class WaitCommand
{
    internal static Command Create()
    {
        var rounds = new Option<int>("--rounds") { Description = "How many rounds", DefaultValueFactory = _ => 5 };
        var seconds = new Option<double>("--seconds") { Description = "How long each round takes", DefaultValueFactory = _ => 3 };
        var connections = new Option<int>("--connections") { Description = "How many connections", DefaultValueFactory = _ => 64 };
        var warmUp = new Option<double>("--warm-up") { Description = "How long before that, until what is hot has been compiled again", DefaultValueFactory = _ => 12 };
        var command = new Command("wait", "Deliver to Truto while the sender waits, as a ratio to a server written by hand") { rounds, seconds, connections, warmUp };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(rounds), TimeSpan.FromSeconds(parsed.GetValue(seconds)), TimeSpan.FromSeconds(parsed.GetValue(warmUp)), parsed.GetValue(connections), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(int rounds, TimeSpan duration, TimeSpan warmUp, int connections, CancellationToken cancellationToken)
    {
        var truto = Workspace.FreeAddress();
        var ours = Workspace.FreeAddress();
        var byHand = Workspace.FreeAddress();
        using var workspace = new Workspace(truto, SandboxOptions.DefaultToken, "wait", isSigned: true);
        using var http = new HttpClient();
        using var upstream = ServedProcess.OfCommand("upstream", truto);
        using var server = ServedProcess.OfProduct(ours, workspace.Settings);
        using var hand = ServedProcess.OfCommand("hand", byHand, "--truto", truto.ToString());
        await upstream.WaitAsync(http, "/", cancellationToken);
        await server.WaitAsync(http, "/api/health", cancellationToken);
        await hand.WaitAsync(http, "/", cancellationToken);

        var waiting = new MeasuredSystem("(c) ours, `reply: wait`", server, new LoadGenerator(ours, connections, Workspace.Secret));
        var written = new MeasuredSystem("(b) by hand", hand, new LoadGenerator(byHand, connections, Workspace.Secret));
        for (var warm = TimeSpan.Zero; warm < warmUp; warm += duration)
        {
            await written.SaturateAsync(duration, isMeasured: false, cancellationToken);
            await waiting.SaturateAsync(duration, isMeasured: false, cancellationToken);
        }

        for (var round = 0; round < rounds; round++)
        {
            await written.SaturateAsync(duration, isMeasured: true, cancellationToken);
            await waiting.SaturateAsync(duration, isMeasured: true, cancellationToken);
        }

        var outcomes = StoreCheck.Outcomes(workspace.Store);
        var isRight = outcomes.Values.Sum() == waiting.Acknowledged && !outcomes.ContainsKey("received");
        Console.WriteLine($"deliveries a second, {connections} connections, median of {rounds} rounds");
        foreach (var system in (MeasuredSystem[])[written, waiting])
        {
            Console.WriteLine($"{system.Name,-26}  {system.RateText}  {system.Cost:F1} µs of processor time each, p99 {system.Saturated99:F1} ms");
        }

        Console.WriteLine($"ratio                       {waiting.Rate / written.Rate,9:F2}");
        Console.WriteLine($"outcomes                    {(isRight ? "none is missing" : "WRONG")}");
        return isRight ? 0 : 1;
    }
}
