using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Truto.Sandbox;
using UserSync.Secrets;
using UserSync.Sources;
using UserSync.Sqlite;

namespace Server.Tests.Support;

/// <summary>The server on Kestrel with a clock that stands still, and an in-memory Truto behind it.</summary>
internal sealed class ServerWorld : IAsyncDisposable
{
    private readonly TemporaryStore store;
    private readonly SandboxServer sandbox;
    private readonly WebApplication server;

    private ServerWorld(TemporaryStore store, SandboxTruto truto, SandboxServer sandbox, WebApplication server, FakeTimeProvider clock, LogCollector log)
    {
        this.store = store;
        this.sandbox = sandbox;
        this.server = server;
        Truto = truto;
        Clock = clock;
        Log = log;
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(server.Urls.Single().Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)) };
    }

    public static DateTimeOffset Start { get; } = DateTimeOffset.FromUnixTimeSeconds(1767225600);

    public SandboxTruto Truto { get; }

    public FakeTimeProvider Clock { get; }

    public LogCollector Log { get; }

    public HttpClient Http { get; }

    public Uri Address => Http.BaseAddress!;

    public SourceCatalog Sources => server.Services.GetRequiredService<SourceCatalog>();

    public IEnumerable<IHostedService> HostedServices => server.Services.GetServices<IHostedService>();

    public ISecretStore Secrets => server.Services.GetRequiredService<ISecretStore>();

    /// <summary>Starts a world.</summary>
    /// <param name="sources">The folder of source files.</param>
    /// <param name="secrets">The secrets by name; Truto's token is there anyway.</param>
    /// <param name="settings">Further settings.</param>
    public static async Task<ServerWorld> StartAsync(
        string sources, IEnumerable<KeyValuePair<string, string>> secrets, params IEnumerable<KeyValuePair<string, string>> settings)
    {
        var clock = new FakeTimeProvider(Start);
        var log = new LogCollector();
        var truto = new SandboxTruto(TimeProvider.System, new SandboxOptions { Limits = SandboxLimits.Off });
        var sandbox = await SandboxServer.StartAsync(truto);
        var store = new TemporaryStore();
        var all = ServerHost.Settings(sources);
        store.Use(all);
        all["urls"] = "http://127.0.0.1:0";
        all["Truto:BaseAddress"] = sandbox.BaseAddress.ToString();

        // A clock that stands still ends no wait.
        all["Truto:MaxRetries"] = 0.ToString(CultureInfo.InvariantCulture);
        all["Processing:WaitAttempts"] = 1.ToString(CultureInfo.InvariantCulture);
        all["Limits:Enabled"] = bool.FalseString;
        all[$"Secrets:{TrutoTarget.DefaultTokenSecret}"] = SandboxOptions.DefaultToken;
        foreach (var (name, value) in secrets.Select(secret => KeyValuePair.Create($"Secrets:{secret.Key}", secret.Value)).Concat(settings))
        {
            all[name] = value;
        }

        var server = ServerHost.Build(all, builder =>
        {
            builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Trace);
            builder.Services.AddSingleton<TimeProvider>(clock);
        });
        await server.StartAsync();
        var world = new ServerWorld(store, truto, sandbox, server, clock, log);
        foreach (var source in world.Sources.All)
        {
            truto.PutAccount(new SandboxAccount(source.Truto.Account, source.Mapping.Provider));
        }

        return world;
    }

    /// <summary>Sends a request to a source.</summary>
    public async Task<Answer> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using (request)
        {
            using var response = await Http.SendAsync(request, cancellationToken);
            return await Answer.OfAsync(response, cancellationToken);
        }
    }

    /// <summary>Sends a body to a source, unsigned and as JSON.</summary>
    public Task<Answer> PostAsync(string source, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) => SendAsync(
        new HttpRequestMessage(HttpMethod.Post, $"/api/webhooks/{source}")
        {
            Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        },
        cancellationToken);

    /// <inheritdoc cref="PostAsync(string, ReadOnlyMemory{byte}, CancellationToken)"/>
    public Task<Answer> PostAsync(string source, string body, CancellationToken cancellationToken) =>
        PostAsync(source, Encoding.UTF8.GetBytes(body), cancellationToken);

    /// <summary>Sends a recorded delivery at its own time, or a variation of it.</summary>
    public Task<Answer> SendAsync(
        RecordedDelivery delivery,
        CancellationToken cancellationToken,
        byte[]? body = null,
        IReadOnlyDictionary<string, string>? headers = null,
        string? query = null,
        DateTimeOffset? at = null)
    {
        Clock.AdjustTime(at ?? delivery.ReceivedAt);
        var address = $"/api/webhooks/{delivery.Source}{query ?? delivery.Url.Query}";
        var request = new HttpRequestMessage(new HttpMethod(delivery.Method), address);
        if (delivery.Method == "POST")
        {
            request.Content = new ByteArrayContent(body ?? delivery.Body);
        }

        foreach (var (name, value) in headers ?? delivery.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return SendAsync(request, cancellationToken);
    }

    /// <summary>Sends a variation of a recorded delivery.</summary>
    public Task<Answer> SendAsync(Variation variation, CancellationToken cancellationToken) =>
        SendAsync(variation.Delivery, cancellationToken, variation.Body, variation.Headers, variation.Query);

    /// <summary>Goes on as if nothing had come before: what has been applied once would be a repetition otherwise.</summary>
    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        await using var connection = new SqliteConnection($"Data Source={server.Services.GetRequiredService<IOptions<SqliteOptions>>().Value.Path}");
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM ledgers";
        await command.ExecuteNonQueryAsync(cancellationToken);
        Truto.Calls.Clear();
        Log.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await server.StopAsync();
        await server.DisposeAsync();
        await sandbox.DisposeAsync();
        store.Dispose();
    }
}
