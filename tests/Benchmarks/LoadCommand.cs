using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Truto.Sandbox;

namespace Benchmarks;

/// <summary><c>load</c>: everything over loopback in one run, beside the floor, a server written by hand, and other programs.</summary>
internal static class LoadCommand
{
    private const int DrainedEvents = 60_000;

    internal static Command Create()
    {
        var rounds = new Option<int>("--rounds") { Description = "How many rounds", DefaultValueFactory = _ => 5 };
        var seconds = new Option<double>("--seconds") { Description = "How long each system is loaded in a round", DefaultValueFactory = _ => 3 };
        var warmUp = new Option<double>("--warm-up") { Description = "How long each is loaded before", DefaultValueFactory = _ => 10 };
        var connections = new Option<int>("--connections") { Description = "How many connections", DefaultValueFactory = _ => 64 };
        var drained = new Option<int>("--drained") { Description = "How many events wait when the queue's drain is measured", DefaultValueFactory = _ => DrainedEvents };
        var nodeRed = new Option<string?>("--node-red") { Description = "The folder in which npm has installed node-red" };
        var webhook = new Option<string?>("--webhook") { Description = "The program adnanh/webhook" };
        var markdown = new Option<string?>("--markdown") { Description = "A file to write the tables to" };
        var command = new Command("load", "Throughput and latency beside the floor, a server written by hand, and other programs")
        {
            rounds, seconds, warmUp, connections, drained, nodeRed, webhook, markdown,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new LoadPlan(
                parsed.GetValue(rounds),
                TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                parsed.GetValue(connections),
                parsed.GetValue(drained),
                parsed.GetValue(nodeRed),
                parsed.GetValue(webhook)),
            parsed.GetValue(markdown),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(LoadPlan plan, string? markdown, CancellationToken cancellationToken)
    {
        var report = new StringBuilder();
        using var http = new HttpClient();
        var truto = Workspace.FreeAddress();
        using var upstream = ServedProcess.OfCommand("upstream", truto);
        await upstream.WaitAsync(http, "/", cancellationToken);
        var isRight = await CompareAsync(plan, truto, http, report, cancellationToken);
        isRight &= await AllocateAsync(plan, truto, http, report, cancellationToken);
        isRight &= await DrainAsync(plan, truto, http, report, cancellationToken);
        var text = $"{Machine()}\n\n{report}";
        Console.WriteLine(text);
        if (markdown is not null)
        {
            await File.WriteAllTextAsync(markdown, text, cancellationToken);
        }

        return isRight ? 0 : 1;
    }

    private static async Task<bool> CompareAsync(LoadPlan plan, Uri truto, HttpClient http, StringBuilder report, CancellationToken cancellationToken)
    {
        using var waitSpace = new Workspace(truto, SandboxOptions.DefaultToken, "wait", isSigned: true);
        using var queueSpace = new Workspace(truto, SandboxOptions.DefaultToken, isSigned: true);
        queueSpace.Settings["Processing__Workers"] = "0";
        var handStore = Path.Combine(waitSpace.Folder, "hand.db");
        var processes = new List<ServedProcess>();
        try
        {
            var floor = Add("(a) read the body, answer 204", address => ServedProcess.OfCommand("floor", address));
            var hand = Add("(b) by hand: verify, map, PATCH", address => ServedProcess.OfCommand("hand", address, "--truto", truto.ToString()));
            var kept = Add(
                "(b+) by hand, and the outcome in SQLite",
                address => ServedProcess.OfCommand("hand", address, "--truto", truto.ToString(), "--store", handStore));
            var wait = Add("(c) ours, `reply: wait`", address => ServedProcess.OfProduct(address, waitSpace.Settings));
            var queue = Add("(d) ours, `reply: queue`, SQLite", address => ServedProcess.OfProduct(address, queueSpace.Settings));
            List<MeasuredSystem> systems = [floor, hand, kept, wait, queue];
            if (plan.NodeRed is { } package)
            {
                systems.Add(Add("(f) Node-RED: verify, map, PATCH", address => Peers.NodeRed(address, package, waitSpace.Folder, truto)));
            }

            if (plan.Webhook is { } program)
            {
                systems.Add(Add("(f) webhook: verify only", address => Peers.Webhook(address, program, queueSpace.Folder)));
            }

            foreach (var system in systems)
            {
                // At `/` the product shows its console, which is not what is measured.
                await system.Process.WaitAsync(http, system == wait || system == queue ? "/api/health" : "/", cancellationToken);
                await system.SaturateAsync(plan.WarmUp, isMeasured: false, cancellationToken);
            }

            for (var round = 0; round < plan.Rounds; round++)
            {
                foreach (var system in systems)
                {
                    await system.SaturateAsync(plan.Duration, isMeasured: true, cancellationToken);
                }
            }

            var halves = new (string Label, double Rate, MeasuredSystem[] Systems)[]
            {
                ("half of what (d) takes", queue.Rate / 2, [floor, queue]),
                ("half of what (c) takes", wait.Rate / 2, [hand, kept, wait]),
            };
            for (var round = 0; round < plan.Rounds; round++)
            {
                foreach (var (label, rate, ones) in halves)
                {
                    foreach (var system in ones)
                    {
                        await system.RunAtAsync(label, rate, plan.Duration, cancellationToken);
                    }
                }
            }

            Throughput(report, plan, systems);
            Latency(report, halves);
            report.AppendLine(CultureInfo.InvariantCulture, $"(d) / (a) = {queue.Rate / floor.Rate:F2}; (c) / (b) = {wait.Rate / hand.Rate:F2}; (b+) / (b) = {kept.Rate / hand.Rate:F2}; resident (c) / (b) = {(double)wait.Process.Resident / hand.Process.Resident:F2}; resident (d) / (b) = {(double)queue.Process.Resident / hand.Process.Resident:F2}").AppendLine();

            // Every delivery that was acknowledged has its outcome, and those of (c) have ended.
            var waited = StoreCheck.Outcomes(waitSpace.Store);
            var queued = StoreCheck.Outcomes(queueSpace.Store);
            var keptByHand = StoreCheck.Outcomes(handStore).Values.Sum();
            var isRight = keptByHand == kept.Acknowledged && waited.Values.Sum() == wait.Acknowledged && !waited.ContainsKey("received") && queued.Values.Sum() == queue.Acknowledged;
            report.AppendLine(CultureInfo.InvariantCulture, $"Verification: (b+) acknowledged {kept.Acknowledged}, outcomes {keptByHand}; (c) acknowledged {wait.Acknowledged}, outcomes {Text(waited)}; (d) acknowledged {queue.Acknowledged}, outcomes {Text(queued)}: {(isRight ? "nothing is missing" : "WRONG")}.").AppendLine();
            return isRight;
        }
        finally
        {
            processes.ForEach(process => process.Dispose());
        }

        MeasuredSystem Add(string name, Func<Uri, ServedProcess> start)
        {
            var address = Workspace.FreeAddress();
            var process = start(address);
            processes.Add(process);
            return new MeasuredSystem(name, process, new LoadGenerator(address, plan.Connections, Workspace.Secret));
        }
    }

    private static void Throughput(StringBuilder report, LoadPlan plan, List<MeasuredSystem> systems)
    {
        report.AppendLine(CultureInfo.InvariantCulture, $"Deliveries a second at saturation, {plan.Connections} connections, medians of {plan.Rounds} rounds (least to most):").AppendLine();
        report.AppendLine("| system | deliveries/s | p99 ms | processor time µs | resident MB |").AppendLine("| --- | --- | --- | --- | --- |");
        foreach (var system in systems)
        {
            report.AppendLine(CultureInfo.InvariantCulture, $"| {system.Name} | {system.RateText.Trim()} | {system.Saturated99:F1} | {system.Cost:F0} | {system.Process.Resident / 1_000_000} |");
        }

        report.AppendLine();
    }

    private static void Latency(StringBuilder report, (string Label, double Rate, MeasuredSystem[] Systems)[] halves)
    {
        report.AppendLine("| at a rate | system | reached/s | p50 ms | p95 ms | p99 ms |").AppendLine("| --- | --- | --- | --- | --- | --- |");
        foreach (var (label, rate, systems) in halves)
        {
            foreach (var system in systems)
            {
                report.AppendLine(CultureInfo.InvariantCulture, $"| {rate:F0}/s, {label} | {system.Name} | {system.RateAt(label):F0} | {system.PercentileAt(label, 50):F2} | {system.PercentileAt(label, 95):F2} | {system.PercentileAt(label, 99):F2} |");
            }
        }

        report.AppendLine();
    }

    /// <summary>Bytes allocated a delivery, in servers of their own that count them.</summary>
    private static async Task<bool> AllocateAsync(LoadPlan plan, Uri truto, HttpClient http, StringBuilder report, CancellationToken cancellationToken)
    {
        using var space = new Workspace(truto, SandboxOptions.DefaultToken, "wait", isSigned: true);
        var hook = new Dictionary<string, string>(StringComparer.Ordinal) { ["DOTNET_STARTUP_HOOKS"] = Path.Combine(AppContext.BaseDirectory, "Benchmarks.dll") };
        var hand = await CountAsync("hand", address => new ServedProcess(
            address, "dotnet", [Path.Combine(AppContext.BaseDirectory, "Benchmarks.dll"), "hand", "--url", address.GetLeftPart(UriPartial.Authority), "--truto", truto.ToString()], hook));
        foreach (var (name, value) in space.Settings)
        {
            hook[name] = value;
        }

        var wait = await CountAsync("wait", address => ServedProcess.OfProduct(address, hook));
        report.AppendLine(CultureInfo.InvariantCulture, $"Allocated a delivery: (b) {hand:F0} bytes, (c) {wait:F0} bytes, ratio {wait / hand:F2}.").AppendLine();
        return true;

        async Task<double> CountAsync(string name, Func<Uri, ServedProcess> start)
        {
            var path = hook[StartupHook.Variable] = Path.Combine(space.Folder, name);
            var address = Workspace.FreeAddress();
            using var process = start(address);
            await process.WaitAsync(http, name == "wait" ? "/api/health" : "/", cancellationToken);
            var load = new LoadGenerator(address, plan.Connections, Workspace.Secret);
            await load.RunAsync(plan.Duration, cancellationToken);
            var before = await ReadAsync(path);
            var result = await load.RunAsync(plan.Duration, cancellationToken);
            return (await ReadAsync(path) - before) / result.Count;
        }

        async Task<double> ReadAsync(string path)
        {
            // What is written a moment later is what is meant.
            await Task.Delay(TimeSpan.FromMilliseconds(300), cancellationToken);
            return double.Parse(await File.ReadAllTextAsync(path, cancellationToken), CultureInfo.InvariantCulture);
        }
    }

    /// <summary>How fast a full queue is emptied: its second half, as the first has to warm the process up.</summary>
    private static async Task<bool> DrainAsync(LoadPlan plan, Uri truto, HttpClient http, StringBuilder report, CancellationToken cancellationToken)
    {
        using var space = new Workspace(truto, SandboxOptions.DefaultToken, isSigned: true);
        space.Settings["Processing__Workers"] = "0";
        var address = Workspace.FreeAddress();
        using (var filling = ServedProcess.OfProduct(address, space.Settings))
        {
            await filling.WaitAsync(http, "/api/health", cancellationToken);
            await new LoadGenerator(address, plan.Connections, Workspace.Secret).SendAsync(plan.Drained, cancellationToken);
        }

        space.Settings.Remove("Processing__Workers");
        using var draining = ServedProcess.OfProduct(Workspace.FreeAddress(), space.Settings);
        var clock = Stopwatch.StartNew();
        await draining.WaitAsync(http, "/api/health", cancellationToken);
        (long Waiting, TimeSpan At) warm = (plan.Drained, TimeSpan.Zero);
        for (long waiting = plan.Drained; waiting > 0; waiting = StoreCheck.Waiting(space.Store))
        {
            if (warm.At == TimeSpan.Zero && waiting <= plan.Drained / 2)
            {
                warm = (waiting, clock.Elapsed);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
        }

        var elapsed = clock.Elapsed;
        var outcomes = StoreCheck.Outcomes(space.Store);
        var isRight = outcomes.Values.Sum() == plan.Drained && !outcomes.ContainsKey("received");
        report.AppendLine(CultureInfo.InvariantCulture, $"(e) Drain of a full queue to the sandbox without limits: {warm.Waiting / (elapsed - warm.At).TotalSeconds:F0} events/s (the last {warm.Waiting}), {plan.Drained / elapsed.TotalSeconds:F0} with the start of the process and the first; outcomes {Text(outcomes)}: {(isRight ? "nothing is missing" : "WRONG")}.").AppendLine();
        return isRight;
    }

    private static string Text(Dictionary<string, long> outcomes) => string.Join(", ", outcomes.Select(pair => $"{pair.Value} {pair.Key}"));

    private static string Machine()
    {
        var processor = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(": ")[1]
            : null;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}; {Environment.ProcessorCount} × {processor ?? "processor"}; {RuntimeInformation.OSDescription}; {RuntimeInformation.FrameworkDescription}.");
    }
}
