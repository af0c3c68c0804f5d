using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Truto.Sandbox;

namespace Chaos;

/// <summary>
/// One run: senders, the server, which is killed and started again, and an in-memory Truto that fails now and then. At the end, every
/// acknowledged event has to have its outcome, and every field the value of the newest event that Truto takes.
/// </summary>
/// <param name="options">How much chaos.</param>
internal sealed class ChaosRun(ChaosOptions options)
{
    internal const string Account = "c4a05000-0000-4000-8000-00000000c4a0";

    // In milliseconds. The end of the run waits half a minute for what the last killed server held.
    private const int ShortestLife = 500;
    private const int LongestLife = 1500;

    internal async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        Console.WriteLine($"{options.Kills} kills on {(options.Storage is null ? "SQLite" : "Azure storage")}, seed {options.Seed}, at most {options.Limit.TotalSeconds} seconds.");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Limit);
        var folder = Directory.CreateTempSubdirectory("truto-user-sync-chaos-");
        try
        {
            return await RunAsync(folder.FullName, limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            Console.WriteLine("There was not enough time.");
            return 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static SandboxTruto MakeTruto()
    {
        var truto = new SandboxTruto(TimeProvider.System, new SandboxOptions { Limits = SandboxLimits.Off });
        truto.PutAccount(new SandboxAccount(Account, "planhat"));
        for (var user = 0; user < Traffic.Users; user++)
        {
            truto.PutUser(Account, new SandboxUser($"user-{user}"));
        }

        foreach (var fault in (SandboxFault[])[SandboxFault.TrutoError, SandboxFault.BadGateway, SandboxFault.DropBefore, SandboxFault.DropAfter, SandboxFault.Hang])
        {
            truto.Faults[fault] = fault == SandboxFault.Hang ? 0.005 : 0.03;
        }

        return truto;
    }

    private async Task<int> RunAsync(string folder, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var random = new Random(options.Seed);
        var truto = MakeTruto();
        await using var sandbox = await SandboxServer.StartAsync(truto, cancellationToken: cancellationToken);
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        using var http = new HttpClient { BaseAddress = address };
        using var server = new ServerProcess(await SettingsAsync(folder, sandbox.BaseAddress, cancellationToken), address);
        await server.StartAsync(http, cancellationToken);

        using var stop = new CancellationTokenSource();
        var traffic = new Traffic(http, options.Seed);
        var sending = traffic.RunAsync(stop.Token, cancellationToken);
        for (var kill = 0; kill < options.Kills; kill++)
        {
            await Task.Delay(random.Next(ShortestLife, LongestLife), cancellationToken);
            await server.KillAsync(cancellationToken);
            await server.StartAsync(http, cancellationToken);
        }

        await stop.CancelAsync();
        await sending;
        truto.Faults.Clear();
        Console.WriteLine($"{clock.Elapsed.TotalSeconds:F0} s: {traffic.Acknowledged.Count} events acknowledged, {traffic.Repeated} deliveries sent again, {truto.Calls.Total} updates so far.");

        var verification = new Verification(http, truto);
        await verification.WaitAsync(cancellationToken);
        var problems = await verification.CheckAsync(traffic.Acknowledged, cancellationToken);
        foreach (var problem in problems.Take(20))
        {
            Console.WriteLine(problem);
        }

        Console.WriteLine($"{clock.Elapsed.TotalSeconds:F0} s: {truto.Calls.Total} updates; {(problems.Count == 0 ? "every event has its outcome, every field its newest value." : $"{problems.Count} things are wrong.")}");
        return problems.Count == 0 ? 0 : 1;
    }

    private async Task<Dictionary<string, string>> SettingsAsync(string folder, Uri sandbox, CancellationToken cancellationToken)
    {
        var sources = Directory.CreateDirectory(Path.Combine(folder, "sources")).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(sources, $"{Traffic.Source}.json"),
            $$"""
            {
              "verify": { "scheme": "none" }, "reply": "queue", "account": "{{Account}}", "provider": "planhat",
              "id": "id", "time": "at", "user": "user",
              "map": { "email": "email", "name": "name", "custom_fields": { "tier": "tier", "region": "region" } }
            }
            """,
            cancellationToken);
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Sources__Folder"] = sources,
            ["Truto__BaseAddress"] = sandbox.ToString(),
            ["Secrets__TRUTO_API_TOKEN"] = SandboxOptions.DefaultToken,

            // Shorter than usual, so that the end of the run does not wait for what a killed server held.
            ["Processing__UpdateTimeout"] = "00:00:02",
            ["Processing__LeaseDuration"] = "00:00:03",
            ["Processing__FirstDelay"] = "00:00:00.2",
            ["Processing__MaxDelay"] = "00:00:02",
            ["Processing__MaxAttempts"] = 100.ToString(CultureInfo.InvariantCulture),
            ["Limits__Enabled"] = bool.FalseString,
            ["Logging__LogLevel__Default"] = "Critical",
        };
        if (options.Storage is null)
        {
            settings["Sqlite__Path"] = Path.Combine(folder, "store.db");
        }
        else
        {
            var suffix = Guid.NewGuid().ToString("N")[..8];
            settings["Store"] = "azure";
            settings["AzureStorage__ConnectionString"] = options.Storage;
            settings["AzureStorage__QueueName"] = $"chaos-{suffix}";
            settings["AzureStorage__ContainerName"] = $"chaos-{suffix}";
            settings["AzureStorage__LedgerTable"] = $"ledgers{suffix}";
            settings["AzureStorage__OutcomeTable"] = $"outcomes{suffix}";
            settings["AzureStorage__UpdateTable"] = $"updates{suffix}";
        }

        return settings;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
