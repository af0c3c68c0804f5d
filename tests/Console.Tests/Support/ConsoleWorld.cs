using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Server;
using Truto.Sandbox;
using UserSync.Outcomes;
using UserSync.Sources;

namespace Console.Tests.Support;

/// <summary>The server on Kestrel, as it runs, with an in-memory Truto behind it and the source <c>hr</c>, whose deliveries show a token.</summary>
internal sealed class ConsoleWorld : IAsyncDisposable
{
    internal const string Account = "5a17e000-0000-4000-8000-00000000f00d";
    internal const string Token = "token-of-the-senders";

    private readonly DirectoryInfo folder;
    private readonly TemporaryStore store;
    private readonly SandboxServer sandbox;
    private readonly WebApplication server;

    private ConsoleWorld(DirectoryInfo folder, TemporaryStore store, SandboxTruto truto, SandboxServer sandbox, WebApplication server, LogLines log, ShiftedClock clock)
    {
        this.folder = folder;
        this.store = store;
        this.sandbox = sandbox;
        this.server = server;
        Truto = truto;
        Log = log;
        Clock = clock;
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(server.Urls.Single()) };
    }

    internal SandboxTruto Truto { get; }

    internal LogLines Log { get; }

    internal ShiftedClock Clock { get; }

    internal HttpClient Http { get; }

    internal Uri Address => Http.BaseAddress!;

    internal IOutcomeStore Outcomes => server.Services.GetRequiredService<IOutcomeStore>();

    internal SourceCatalog Sources => server.Services.GetRequiredService<SourceCatalog>();

    internal string Folder => folder.FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal static Task<ConsoleWorld> StartAsync(params IEnumerable<(string Name, string Value)> settings) => StartWithAsync([], settings);

    /// <summary>Starts a world with further sources.</summary>
    internal static async Task<ConsoleWorld> StartWithAsync(
        IEnumerable<(string Name, string Json)> sources, params IEnumerable<(string Name, string Value)> settings)
    {
        var folder = Directory.CreateTempSubdirectory("console-sources-");
        foreach (var (name, json) in sources.Append(("hr", Hr)))
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, $"{name}.json"), json, Cancel);
        }

        var log = new LogLines();
        var truto = new SandboxTruto(TimeProvider.System, new SandboxOptions { Limits = SandboxLimits.Off });
        var sandbox = await SandboxServer.StartAsync(truto, cancellationToken: Cancel);
        var store = new TemporaryStore();
        var all = ServerHost.Settings(folder.FullName);
        store.Use(all);
        all["urls"] = "http://127.0.0.1:0";
        all["Truto:BaseAddress"] = sandbox.BaseAddress.ToString();
        all["Processing:FirstDelay"] = "00:00:00.2";
        all["Secrets:hr-token"] = Token;
        all[$"Secrets:{TrutoTarget.DefaultTokenSecret}"] = SandboxOptions.DefaultToken;
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        var clock = new ShiftedClock();
        var server = ServerHost.Build(all, builder =>
        {
            builder.Logging.ClearProviders().AddProvider(log);
            builder.Services.AddSingleton<TimeProvider>(clock);
        });
        await server.StartAsync(Cancel);
        truto.PutAccount(new SandboxAccount(Account, "planhat"));
        truto.PutUser(Account, new SandboxUser("42") { Email = "grace@example.com", Name = "Grace Hopper", IsActive = true });
        return new ConsoleWorld(folder, store, truto, sandbox, server, log, clock);
    }

    /// <summary>Delivers one event to the source <c>hr</c>.</summary>
    internal async Task DeliverAsync(string json, string token = Token, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/webhooks/hr") { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Token", token);
        using var response = await Http.SendAsync(request, Cancel);
        Assert.Equal(expected, response.StatusCode);
    }

    /// <summary>Delivers one event that says what a user's data are now, and waits until it has ended.</summary>
    internal async Task<Outcome> ChangeAsync(string id, string email, string name = "Ada Lovelace", string user = "42")
    {
        await DeliverAsync(JsonSerializer.Serialize(new { id, type = "user.updated", user, email, name }));
        return await EndedAsync(id);
    }

    /// <summary>A source that signs as WorkOS does, with the secret <c>signing-secret</c>.</summary>
    internal static (string Name, string Json) Signed(string name, string rest = "") => (name, $$"""
        {
          "preset": "workos", "secrets": ["signing-secret"], "account": "{{Account}}", "provider": "planhat",
          "user": "data.custom_attributes.crm_user_id", {{rest}}
          "map": { "email": "data.email", "name": "join(' ', [data.first_name, data.last_name])" }
        }
        """);

    /// <summary>Waits until an event has ended.</summary>
    internal async Task<Outcome> EndedAsync(string id)
    {
        while (true)
        {
            if (await Outcomes.FindAsync("hr", id, Cancel) is { Conclusion.Status: not OutcomeStatus.Received } outcome)
            {
                return outcome;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (Log.All.FirstOrDefault(line => line.Contains("unhandled exception", StringComparison.Ordinal)) is { } defect)
        {
            Assert.Fail(defect);
        }

        await server.StopAsync();
        await server.DisposeAsync();
        await sandbox.DisposeAsync();
        store.Dispose();
        folder.Delete(recursive: true);
    }

    private const string Hr = $$"""
        {
          "description": "The staff list keeps Planhat up to date.",
          "verify": { "scheme": "token", "name": "X-Token" },
          "secrets": ["hr-token"],
          "account": "{{Account}}",
          "provider": "planhat",
          "user": "user",
          "id": "id",
          "type": "type",
          "map": {
            "email": "email",
            "name": "name",
            "custom_fields": { "badge": "header:X-Badge", "shout": "name && upper(name)" }
          }
        }
        """;
}
