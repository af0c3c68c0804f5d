using System.CommandLine;

namespace Benchmarks;

/// <summary>
/// <c>accept</c>: how many deliveries a second are accepted and stored durably in SQLite, beside a server that only reads the body. The
/// server that is measured processes nothing meanwhile: that is another figure.
/// </summary>
internal static class AcceptCommand
{
    private const double Least = 0.35;


    internal static Command Create()
    {
        var rounds = new Option<int>("--rounds") { Description = "How many rounds", DefaultValueFactory = _ => 5 };
        var seconds = new Option<double>("--seconds") { Description = "How long each round takes", DefaultValueFactory = _ => 3 };
        var connections = new Option<int>("--connections") { Description = "How many connections", DefaultValueFactory = _ => 64 };
        var warmUp = new Option<double>("--warm-up") { Description = "How long before that, until what is hot has been compiled again", DefaultValueFactory = _ => 12 };
        var command = new Command("accept", "Accept and store on SQLite, as a ratio to a server that reads the body and answers 204") { rounds, seconds, connections, warmUp };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(rounds), TimeSpan.FromSeconds(parsed.GetValue(seconds)), TimeSpan.FromSeconds(parsed.GetValue(warmUp)), parsed.GetValue(connections), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(int rounds, TimeSpan duration, TimeSpan warmUp, int connections, CancellationToken cancellationToken)
    {
        using var workspace = new Workspace(new Uri("http://127.0.0.1:9/"), "no token");
        workspace.Settings["Processing__Workers"] = "0";
        var ours = Workspace.FreeAddress();
        var floor = Workspace.FreeAddress();
        using var http = new HttpClient();
        using var server = ServedProcess.OfProduct(ours, workspace.Settings);
        using var bare = ServedProcess.OfCommand("floor", floor);
        await server.WaitAsync(http, "/api/health", cancellationToken);
        await bare.WaitAsync(http, "/", cancellationToken);

        var ourLoad = new LoadGenerator(ours, connections);
        var floorLoad = new LoadGenerator(floor, connections);
        for (var warm = TimeSpan.Zero; warm < warmUp; warm += duration)
        {
            await floorLoad.RunAsync(duration, cancellationToken);
            await ourLoad.RunAsync(duration, cancellationToken);
        }

        List<double> floors = [];
        List<double> floorCosts = [];
        List<double> stored = [];
        List<double> storedCosts = [];
        for (var round = 0; round < rounds; round++)
        {
            await MeasureAsync(bare, floorLoad, floors, floorCosts);
            await MeasureAsync(server, ourLoad, stored, storedCosts);
        }

        var ratio = Figures.Median(stored) / Figures.Median(floors);
        Console.WriteLine($"deliveries a second, {connections} connections, median of {rounds} rounds");
        Console.WriteLine($"read the body, answer 204   {Figures.Text(floors)}  {Figures.Median(floorCosts):F1} µs of processor time each");
        Console.WriteLine($"accept and store (SQLite)   {Figures.Text(stored)}  {Figures.Median(storedCosts):F1} µs of processor time each");
        Console.WriteLine($"ratio                       {ratio,9:F2}  (at least {Least})");
        return ratio >= Least ? 0 : 1;

        async Task MeasureAsync(ServedProcess process, LoadGenerator load, List<double> rates, List<double> costs)
        {
            var before = process.ProcessorTime;
            var result = await load.RunAsync(duration, cancellationToken);
            rates.Add(result.Rate);
            costs.Add((process.ProcessorTime - before).TotalMicroseconds / result.Count);
        }
    }
}
