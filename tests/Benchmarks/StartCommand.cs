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
        var whole = new Option<string>("--whole") { Description = "A folder to which it was published with ReadyToRun and a runtime of its own" };
        var rounds = new Option<int>("--rounds") { Description = "How many rounds", DefaultValueFactory = _ => 7 };
        var command = new Command("start", "Time to the first successful response, and resident memory, by how the server was published")
        {
            plain, ready, whole, rounds,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            List<Publication> publications =
            [
                new Publication("JIT", parsed.GetRequiredValue(plain)), new Publication("ReadyToRun", parsed.GetRequiredValue(ready)),
            ];
            if (parsed.GetValue(whole) is { } folder)
            {
                publications.Add(new Publication("with runtime", folder));
            }

            return RunAsync(publications, parsed.GetValue(rounds), cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(IReadOnlyList<Publication> publications, int rounds, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        var truto = Workspace.FreeAddress();
        using var upstream = ServedProcess.OfCommand("upstream", truto);
        await upstream.WaitAsync(http, "/", cancellationToken);
        for (var round = 0; round < rounds; round++)
        {
            foreach (var publication in publications)
            {
                using var space = new Workspace(truto, SandboxOptions.DefaultToken, "wait", isSigned: true);
                var address = Workspace.FreeAddress();
                var clock = Stopwatch.StartNew();
                using var server = ServedProcess.OfProduct(address, space.Settings, publication.Folder);
                await server.WaitAsync(http, "/api/health", cancellationToken);
                await new LoadGenerator(address, 1, Workspace.Secret).SendAsync(1, cancellationToken);
                publication.Times.Add(clock.Elapsed.TotalMilliseconds);
                publication.Costs.Add(server.ProcessorTime.TotalMilliseconds);
                publication.Memory.Add(server.Resident / 1e6);
            }
        }

        Console.WriteLine($"from start to the first delivery answered with Truto's response, medians of {rounds} rounds");
        foreach (var publication in publications)
        {
            Console.WriteLine(
                $"{publication.Name,-12}   {Figures.Text(publication.Times)} ms   {Figures.Text(publication.Costs)} ms of processor time   "
                + $"{Figures.Text(publication.Memory)} MB resident   ratio {RatioOf(publication):F2}");
        }

        Console.WriteLine($"The last has to come to a ratio of {Most} at most.");
        return RatioOf(publications[^1]) <= Most ? 0 : 1;

        double RatioOf(Publication publication) => Figures.Median(publication.Times) / Figures.Median(publications[0].Times);
    }

    private sealed record Publication(string Name, string Folder)
    {
        public List<double> Times { get; } = [];

        public List<double> Costs { get; } = [];

        public List<double> Memory { get; } = [];
    }
}
