using System.CommandLine;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Chaos;
using Truto.Sandbox;

namespace Benchmarks;

/// <summary><c>burst</c>: many events for few users of one account, under Truto's documented limits.</summary>
internal static class BurstCommand
{
    private const int Batch = 50;
    private const int MostUpdates = 300;
    private const double UpdatesPerSecond = 5;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    internal static Command Create()
    {
        var events = new Option<int>("--events") { Description = "How many events", DefaultValueFactory = _ => 10_000 };
        var users = new Option<int>("--users") { Description = "For how many users", DefaultValueFactory = _ => 100 };
        var command = new Command("burst", "Many events for few users of one account, under Truto's limit of 50 calls in 10 seconds") { events, users };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(events), parsed.GetValue(users), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(int events, int users, CancellationToken cancellationToken)
    {
        var truto = new SandboxTruto(TimeProvider.System, new SandboxOptions());
        truto.PutAccount(new SandboxAccount(Workspace.Account, "planhat"));
        for (var user = 0; user < users; user++)
        {
            truto.PutUser(Workspace.Account, new SandboxUser($"{user}"));
        }

        await using var sandbox = await SandboxServer.StartAsync(truto, cancellationToken: cancellationToken);
        using var workspace = new Workspace(sandbox.BaseAddress, SandboxOptions.DefaultToken);
        workspace.Settings["Limits__Enabled"] = bool.TrueString;
        var address = Workspace.FreeAddress();
        using var http = new HttpClient { BaseAddress = address };
        using var server = new ServerProcess(workspace.Settings, address);
        await server.StartAsync(http, cancellationToken);

        var clock = Stopwatch.StartNew();
        for (var first = 0; first < events; first += Batch)
        {
            var body = new JsonArray([.. Enumerable.Range(first, Math.Min(Batch, events - first)).Select(number => (JsonNode)new JsonObject
            {
                ["id"] = $"{number}", ["user"] = $"{number % users}", ["email"] = $"user-{number % users}-{number}@example.com", ["name"] = $"Name {number}",
            })]);
            using var response = await http.PostAsJsonAsync($"/api/webhooks/{Workspace.Source}", body, cancellationToken);
            response.EnsureSuccessStatusCode();
        }

        var accepted = clock.Elapsed;
        while (await IsWaitingAsync(http, cancellationToken))
        {
            await Task.Delay(Pause, cancellationToken);
        }

        var updates = truto.Calls.Total;
        Console.WriteLine($"events                      {events} for {users} users");
        Console.WriteLine($"accepted in                 {accepted.TotalSeconds:F1} s");
        Console.WriteLine($"calls                       {updates} ({(double)events / updates:F1} events per call)");
        Console.WriteLine($"time                        {clock.Elapsed.TotalSeconds:F1} s");
        Console.WriteLine($"one call per event          {events} calls, {events / UpdatesPerSecond:F0} s at the limit");
        Console.WriteLine(updates <= MostUpdates ? "good" : $"too many calls: {MostUpdates} would do");
        return updates <= MostUpdates ? 0 : 1;
    }

    private static async Task<bool> IsWaitingAsync(HttpClient http, CancellationToken cancellationToken)
    {
        using var page = JsonDocument.Parse(await http.GetStringAsync("/api/events?status=received&limit=1", cancellationToken));
        return page.RootElement.GetProperty("events").GetArrayLength() > 0;
    }
}
