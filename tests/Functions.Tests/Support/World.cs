using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Moq;
using Truto.Sandbox;
using UserSync;
using UserSync.Azure;
using UserSync.Console;
using UserSync.Outcomes;
using UserSync.Queue;
using UserSync.Receiving.Events;
using UserSync.Sources;
using UserSync.Sqlite;

namespace Functions.Tests.Support;

/// <summary>
/// The app as its Program puts it together, over an in-memory Truto on loopback; only the store is the embedded one. Two sources are
/// configured: <c>queue</c> and <c>wait</c>.
/// </summary>
internal sealed class World : IAsyncDisposable
{
    internal const string Account = "62f44730-dd91-461e-bd6a-aedd9e0ad79d";
    internal const string UserId = "42";
    internal const string Secret = "shared-token";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("functions-");
    private readonly SandboxServer server;
    private readonly ServiceProvider services;

    private World(
        SandboxServer server,
        SandboxTruto truto,
        FakeTimeProvider time,
        Action<IServiceCollection>? configure,
        IReadOnlyDictionary<string, string?>? settings)
    {
        this.server = server;
        Truto = truto;
        Time = time;
        Write("queue", """{ "reply": "queue" }""");
        Write("wait", """{ "reply": "wait" }""");
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true",
            ["Sources:Folder"] = folder.FullName,
            ["Sqlite:Path"] = Path.Combine(folder.FullName, "test.db"),
            ["Truto:BaseAddress"] = server.BaseAddress.ToString(),
            ["Secrets:signing-secret"] = Secret,
            [$"Secrets:{TrutoTarget.DefaultTokenSecret}"] = SandboxOptions.DefaultToken,
        }).AddInMemoryCollection(settings).Build();
        var collection = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton<IWebHostEnvironment>(new WorkerEnvironment())
            .AddSingleton<IHostEnvironment>(provider => provider.GetRequiredService<IWebHostEnvironment>())
            .AddSingleton<TimeProvider>(time)
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log))
            .AddUserSync(configuration)
            .AddAzureStore(configuration)
            .AddHostSettings(configuration)
            .AddConsole(configuration)
            .AddSqliteStore(configuration);
        configure?.Invoke(collection);
        services = collection.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true });
    }

    internal LogCollector Log { get; } = new();

    internal SandboxTruto Truto { get; }

    internal FakeTimeProvider Time { get; }

    internal IServiceProvider Services => services;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The app with one setting of its own.</summary>
    internal static Task<World> StartWithAsync(string name, string value) =>
        StartAsync(settings: new Dictionary<string, string?>(StringComparer.Ordinal) { [name] = value });

    internal static async Task<World> StartAsync(
        Action<IServiceCollection>? configure = null, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero));
        var truto = new SandboxTruto(time, new SandboxOptions());
        truto.PutAccount(new SandboxAccount(Account, "pipedrive"));
        truto.PutUser(Account, new SandboxUser(UserId) { Email = "before@example.com", Name = "Before" });
        return new World(await SandboxServer.StartAsync(truto, cancellationToken: Cancellation), truto, time, configure, settings);
    }

    internal T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    /// <summary>A function's class, made as the worker makes it.</summary>
    internal T Function<T>() => ActivatorUtilities.CreateInstance<T>(services);

    /// <summary>Writes a source's file: the usual settings, and some more or other ones.</summary>
    internal void Write(string source, string changes)
    {
        var settings = JsonNode.Parse($$"""
            {
              "verify": { "scheme": "token", "name": "X-Token" },
              "secrets": ["signing-secret"],
              "account": "{{Account}}",
              "provider": "pipedrive",
              "user": "user",
              "id": "id",
              "map": { "email": "email", "name": "name" }
            }
            """)!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(changes)!.AsObject())
        {
            settings[name] = value!.DeepClone();
        }

        File.WriteAllText(Path.Combine(folder.FullName, $"{source}.json"), settings.ToJsonString());
    }

    internal HttpContext Request(string method, string body = "", string query = "", string? token = Secret)
    {
        var context = new DefaultHttpContext { RequestServices = services };
        context.Request.Method = method;
        context.Request.QueryString = new QueryString(query);
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        if (token is not null)
        {
            context.Request.Headers["X-Token"] = token;
        }

        return context;
    }

    /// <summary>Executes what a function returned on its HTTP context, as the worker does.</summary>
    internal static async Task<Answer> ExecuteAsync(HttpContext context, Task<IResult> result)
    {
        using var body = new MemoryStream();
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(body));
        await (await result).ExecuteAsync(context);
        await context.Response.BodyWriter.FlushAsync(Cancellation);
        return new Answer(context.Response.StatusCode, context.Response.ContentType, Encoding.UTF8.GetString(body.ToArray()));
    }

    internal Task<Answer> DeliverAsync(string source, string body, string? token = Secret, string method = "POST", string query = "")
    {
        var context = Request(method, body, query, token);
        return ExecuteAsync(context, Function<WebhookFunctions>().ReceiveDeliveryAsync(context.Request, source, Cancellation));
    }

    /// <summary>What is in the queue now, the JSON of each message.</summary>
    internal async Task<IReadOnlyList<string>> TakeAsync()
    {
        var queue = Get<IChangeQueue>();
        var texts = new List<string>();
        foreach (var message in await queue.ReceiveAsync(100, TimeSpan.FromMinutes(10), TimeSpan.Zero, Cancellation))
        {
            texts.Add(Encoding.UTF8.GetString(message.Body.Span));
            await queue.CompleteAsync(message, Cancellation);
        }

        return texts;
    }

    /// <summary>Hands a message over as the store writes it.</summary>
    internal Task ProcessAsync(string message) => HandOverAsync(Encode(message));

    /// <summary>Hands a message over as the host does: what is on the queue, as it is there, and what else it says of it.</summary>
    internal Task HandOverAsync(string text, object? insertionTime = null) =>
        Function<QueueFunctions>().ProcessChangeAsync(text, Context(insertionTime), Cancellation);

    /// <summary>Hands over a message that the host gave up on, as the store writes it.</summary>
    internal Task GiveUpAsync(string message) => HandOverGivenUpAsync(Encode(message), Cancellation);

    /// <summary>Hands over a message that the host gave up on, as the host does.</summary>
    internal Task HandOverGivenUpAsync(string text, CancellationToken cancellationToken, object? insertionTime = null) =>
        Function<QueueFunctions>().GiveUpChangeAsync(text, Context(insertionTime), cancellationToken);

    /// <summary>Notes an event as accepted, as an instance does that dies thereafter.</summary>
    internal Task AcceptAsync(string source, string json, string id) => Get<IOutcomeStore>().ReceiveAsync(
        [
            Outcome.Received(new ChangeEvent
            {
                Source = source,
                Id = id,
                Type = null,
                OccurredAt = Time.GetUtcNow(),
                ReceivedAt = Time.GetUtcNow(),
                Data = JsonElement.Parse(json),
            }),
        ],
        Cancellation);

    internal async Task<Outcome> OutcomeAsync(string source, string id) =>
        await FindOutcomeAsync(source, id) ?? throw new InvalidOperationException("There is no such outcome.");

    internal Task<Outcome?> FindOutcomeAsync(string source, string id) => Get<IOutcomeStore>().FindAsync(source, id, Cancellation);

    private static FunctionContext Context(object? insertionTime)
    {
        var metadata = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase) { ["DequeueCount"] = "1" };
        if (insertionTime is not null)
        {
            metadata["InsertionTime"] = insertionTime;
        }

        return Mock.Of<FunctionContext>(context => context.BindingContext == Mock.Of<BindingContext>(binding => binding.BindingData == metadata));
    }

    private static string Encode(string message) => Convert.ToBase64String(Encoding.UTF8.GetBytes(message));

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await server.DisposeAsync();
        folder.Delete(recursive: true);
    }
}
