using System.CommandLine;
using System.Diagnostics;
using Truto.Sandbox;

namespace Benchmarks;

/// <summary><c>start</c>: from the start of the process to the first answered delivery, and the memory it has then.</summary>
internal static class StartCommand
{
    private const double Most = 0.6;

    internal static Command Create()
    {
        var plain = new Option<string>("--plain") { Description = "A folder to which the server was published without ReadyToRun", Required = true };
        var ready = new Option<string>("--ready") { Description = "A folder to which it was published with ReadyToRun", Required = true };
        var rounds = new Option<int>("--rounds") { Description = "How many rounds", DefaultValueFactory = _ => 7 };
        var command = new Command("start", "Time to the first successful response, and resident memory, by how the server was published") { plain, ready, rounds };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetRequiredValue(plain), parsed.GetRequiredValue(ready), parsed.GetValue(rounds), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string plain, string ready, int rounds, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        var truto = Workspace.FreeAddress();
        using var upstream = ServedProcess.OfCommand("upstream", truto);
        await upstream.WaitAsync(http, "/", cancellationToken);
        Dictionary<string, (List<double> Times, List<double> Costs, List<double> Memory)> figures = new(StringComparer.Ordinal) { [plain] = ([], [], []), [ready] = ([], [], []) };
        for (var round = 0; round < rounds; round++)
        {
            foreach (var (folder, (times, costs, memory)) in figures)
            {
                using var space = new Workspace(truto, SandboxOptions.DefaultToken, "wait", isSigned: true);
                var address = Workspace.FreeAddress();
                var clock = Stopwatch.StartNew();
                using var server = ServedProcess.OfProduct(address, space.Settings, folder);
                await server.WaitAsync(http, "/api/health", cancellationToken);
                await new LoadGenerator(address, 1, Workspace.Secret).SendAsync(1, cancellationToken);
                times.Add(clock.Elapsed.TotalMilliseconds);
                costs.Add(server.ProcessorTime.TotalMilliseconds);
                memory.Add(server.Resident / 1e6);
            }
        }

        Console.WriteLine($"from start to the first delivery answered with Truto's response, medians of {rounds} rounds");
        Write("JIT       ", plain);
        Write("ReadyToRun", ready);
        var ratio = Figures.Median(figures[ready].Times) / Figures.Median(figures[plain].Times);
        Console.WriteLine($"ratio        {ratio,9:F2}  (at most {Most})");
        return ratio <= Most ? 0 : 1;

        void Write(string name, string folder) => Console.WriteLine(
            $"{name}   {Figures.Text(figures[folder].Times)} ms   {Figures.Text(figures[folder].Costs)} ms of processor time   {Figures.Text(figures[folder].Memory)} MB resident");
    }
}
