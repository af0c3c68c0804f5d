using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text.Json.Nodes;
using Functions.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Moq;
using UserSync.Outcomes;
using UserSync.Queue;
using UserSync.Secrets;
using UserSync.Sources;

namespace Functions.Tests.Telemetry;

/// <summary>
/// Drives every path with values that cannot be overlooked, in every position that a sender, a vendor, an operator or Truto fills, and
/// looks for them in everything that is not the answer that they were sent for: logs, traces, metrics, problem documents.
/// </summary>
public sealed class CanaryTests
{
    private const string Canary = "quokka";
    private const string Secret = "quokka-secret-0123456789";
    private const string Token = "quokka-token-0123456789";
    private const string Email = "quokka@email.example";
    private const string Name = "Quokka Quokkason";
    private const string User = "quokka-user";

    private static readonly string Everywhere = $$"""
        {"statusCode":0,"error":"{{Email}}","message":"{{Token}} {{Email}} {{Name}}","truto_is_remote_error":REMOTE,
         "raw_response":{"{{Name}}":"{{Token}} {{Email}}"},"details":"{{Name}}","{{Email}}":"{{Token}}",
         "truto_error_insight":{"missing_required_body_fields":{"description":"{{Name}}","value":["{{Token}}","{{Email}}"]},
           "forbidden_error":{"description":"{{Token}}","value":{"missing_scopes":["{{Email}}","x{{Token}}x","users.write"]} } } }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>What a sender may send: all of them, and a canary in each position.</summary>
    public static TheoryData<string> Bodies() =>
    [
        Delivery(),
        Delivery(user: Email),
        Delivery(("name", $$"""{ "{{Name}}": "{{Email}}" }""")),
        Delivery(("email", "12345")),
        Delivery(("is_active", $"\"{Email}\"")),
        Delivery(("tier", $"[\"{Name}\"]")),
        Delivery(("time", $"\"{Email}\"")),
        Delivery(("type", $"\"{Name}\"")),
        Delivery(user: ""),
        Delivery(user: new string('x', 3000) + Email),
        $"[{Delivery()}, {Delivery(("id", "\"evt-2\""))}]",
        $$"""{ "{{Email}}": "{{Name}}", "id": "evt-1" }""",
        $"\"{Email}\"",
        $"{{ \"email\": \"{Email}\", \"name\": {Name}",
        $"{Email} {Name} {Secret}",
        $$"""{ "id": "evt-1", "user": "{{User}}", "email": "{{Email}}\ud800", "name": "{{Name}}" }""",
        string.Concat(Enumerable.Repeat($"{{\"{Name}\":", 70)) + $"\"{Email}\"" + new string('}', 70),
        $"\"{Email}{new string('x', 40_000)}\"",
        "",
    ];

    public static TheoryData<int, bool> Answers()
    {
        var answers = new TheoryData<int, bool>();
        foreach (var status in (int[])[200, 204, 307, 400, 401, 403, 404, 405, 409, 418, 422, 429, 500, 502, 503, 504])
        {
            answers.Add(status, true);
            answers.Add(status, false);
        }

        return answers;
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task No_delivery_leaves_a_trace_of_what_it_holds(string body)
    {
        await using var burrow = await Burrow.StartAsync(
            () => Response(200, $$"""{ "id": "{{User}}", "email": "{{Email}}", "name": "{{Name}}" }"""));
        foreach (var source in (string[])["queue", "wait"])
        {
            await burrow.DeliverAsync(source, body);
            await burrow.DeliverAsync(source, body, token: Secret + "x");
            await burrow.DeliverAsync(source, body, token: null);
            await burrow.DeliverAsync(source, body, method: "GET");
            await burrow.ProcessAllAsync();
        }

        burrow.AssertNoCanary();
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task No_answer_of_Truto_leaves_a_trace_of_what_it_holds(int status, bool remote)
    {
        var json = Everywhere.Replace("REMOTE", remote ? "true" : "false", StringComparison.Ordinal);
        await using var burrow = await Burrow.StartAsync(() => Response(status, json));

        await burrow.DeliverAsync("wait", Delivery());
        await burrow.DeliverAsync("queue", Delivery());
        await burrow.ProcessAllAsync();

        burrow.AssertNoCanary();
    }

    [Fact]
    public async Task No_broken_connection_leaves_one()
    {
        await using var burrow = await Burrow.StartAsync(() => throw new HttpRequestException(
            HttpRequestError.InvalidResponse, $"Received an invalid header line: '{Email} {Token} {Name}'."));

        await burrow.DeliverAsync("wait", Delivery());
        await burrow.DeliverAsync("queue", Delivery());
        await burrow.ProcessAllAsync();

        burrow.AssertNoCanary();
    }

    [Fact]
    public async Task No_message_that_somebody_put_on_the_queue_leaves_one()
    {
        await using var burrow = await Burrow.StartAsync(() => Response(200, "{}"));
        string[] messages =
        [
            $"{Email} {Name}",
            $"\"{Email}\"",
            $$"""{ "{{Email}}": "{{Name}}" }""",
            $$"""{ "source": "queue", "id": 7, "event": {{Delivery()}} }""",
            $$"""{ "source": "queue", "occurredAt": "{{Email}}", "event": {{Delivery()}} }""",
            $$"""{ "source": "queue", "version": "{{Email}}", "event": {{Delivery()}} }""",
            $$"""{ "source": "queue", "headers": "{{Email}}", "event": {{Delivery()}} }""",
            $$"""{ "source": "queue", "type": "{{Name}}", "headers": { "{{Name}}": "{{Email}}" }, "event": {{Delivery()}} }""",
            $$"""{ "source": "queue", "traceparent": "{{Email}}", "tracestate": "{{Email}}", "event": {{Delivery()}} }""",
        ];
        foreach (var message in messages)
        {
            await burrow.World.HandOverAsync(message);
            await burrow.World.ProcessAsync(message);
            await burrow.World.GiveUpAsync(message);
        }

        await burrow.ProcessAllAsync();
        burrow.AssertNoCanary();
    }

    [Fact]
    public async Task No_operator_who_looks_events_up_or_replays_them_leaves_one()
    {
        await using var burrow = await Burrow.StartAsync(
            () => Response(422, Everywhere.Replace("REMOTE", "true", StringComparison.Ordinal)));
        await burrow.DeliverAsync("wait", Delivery());
        var functions = burrow.World.Function<EventFunctions>();

        await burrow.CallAsync("GET", $"?user={User}", functions.ListEventsAsync);
        await burrow.CallAsync("GET", $"?status={Email}", functions.ListEventsAsync);
        await burrow.CallAsync("GET", $"?since={Email}", functions.ListEventsAsync);
        await burrow.CallAsync("GET", $"?cursor={Email}", functions.ListEventsAsync);
        await burrow.CallAsync("GET", $"?limit={Email}", functions.ListEventsAsync);
        await burrow.CallAsync("GET", "", (request, token) => functions.FindEventAsync(request, Email, Email, token));
        await burrow.CallAsync("GET", "", (request, token) => functions.FindEventAsync(request, "wait", "evt-1", token));
        await burrow.CallAsync("POST", "?dryRun=true", (request, token) => functions.ReplayEventAsync(request, "wait", "evt-1", token));
        await burrow.CallAsync("POST", "", (request, token) => functions.ReplayEventAsync(request, "wait", "evt-1", token));
        await burrow.CallAsync("POST", "", (request, token) => functions.ReplayEventAsync(request, "wait", "evt-1", token));
        await burrow.CallAsync("POST", $"?status={Name}", functions.ReplayEventsAsync);
        await burrow.ProcessAllAsync();
        await burrow.CallAsync("POST", $"?status=failed&user={User}", functions.ReplayEventsAsync);
        await burrow.ProcessAllAsync();

        burrow.AssertNoCanary();
    }

    [Fact]
    public async Task No_housekeeping_leaves_one()
    {
        await using var burrow = await Burrow.StartAsync(() => Response(200, Everywhere));
        await burrow.World.AcceptAsync("wait", Delivery(), "evt-1");
        burrow.World.Time.Advance(TimeSpan.FromHours(1));
        var functions = burrow.World.Function<TimerFunctions>();

        await functions.MeasureQueueAsync(new TimerInfo(), Cancellation);
        await functions.SweepEventsAsync(new TimerInfo(), Cancellation);
        await burrow.ProcessAllAsync();
        burrow.World.Time.Advance(TimeSpan.FromDays(31));
        await functions.ForgetOutcomesAsync(new TimerInfo(), Cancellation);

        burrow.AssertNoCanary();
    }

    [Fact]
    public async Task No_outage_of_the_secret_store_leaves_one()
    {
        var secrets = new Mock<ISecretStore>(MockBehavior.Strict);
        secrets.Setup(store => store.GetAsync(It.IsAny<string>(), It.IsAny<CancellationToken>())).Throws(
            (string name, CancellationToken _) => new SecretStoreException(name, new IOException("out of reach")));
        await using var burrow = await Burrow.StartAsync(() => Response(200, "{}"), services => services.AddSingleton(secrets.Object));

        await burrow.DeliverAsync("queue", Delivery());
        await burrow.World.ProcessAsync($$"""{ "source": "queue", "occurredAt": "2026-02-03T04:00:00Z", "event": {{Delivery()}} }""");

        burrow.AssertNoCanary();
    }

    [Fact]
    public async Task No_outage_of_the_store_leaves_one()
    {
        var outcomes = new Mock<IOutcomeStore>();
        outcomes.Setup(store => store.ReceiveAsync(It.IsAny<IReadOnlyList<Outcome>>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new IOException("out of reach"));
        var queue = new Mock<IChangeQueue>();
        queue.Setup(
                store => store.EnqueueAsync(It.IsAny<IReadOnlyList<ChangeMessage>>(), It.IsAny<TimeSpan>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new IOException("out of reach"));
        queue.Setup(store => store.MeasureAsync(It.IsAny<CancellationToken>())).ThrowsAsync(new IOException("out of reach"));
        await using var burrow = await Burrow.StartAsync(
            () => Response(200, "{}"), services => services.AddSingleton(outcomes.Object).AddSingleton(queue.Object));

        await burrow.DeliverAsync("queue", Delivery());
        await burrow.DeliverAsync("wait", Delivery());
        await burrow.CallAsync("GET", "", burrow.World.Function<HealthFunctions>().HealthAsync);
        await Assert.ThrowsAsync<IOException>(
            () => burrow.World.ProcessAsync($$"""{ "source": "queue", "occurredAt": "2026-02-03T04:00:00Z", "event": {{Delivery()}} }"""));

        burrow.AssertNoCanary();
    }

    [Fact]
    public async Task What_finds_a_canary_would_find_one()
    {
        await using var burrow = await Burrow.StartAsync(() => Response(200, "{}"));
        await burrow.DeliverAsync("queue", Delivery());
        burrow.AssertNoCanary();
        using var span = new Activity("telltale").SetTag("who", Email).Start();

        Assert.DoesNotContain(burrow.Lines, line => line.Contains(Email, StringComparison.Ordinal));
        span.Stop();
        Assert.Contains(burrow.Lines, line => line.Contains(Email, StringComparison.Ordinal));
    }

    /// <summary>A delivery with everything in it, and some members other.</summary>
    private static string Delivery(params (string Name, string Json)[] changes) => Delivery(User, changes);

    private static string Delivery(string user, params (string Name, string Json)[] changes)
    {
        var delivery = new JsonObject
        {
            ["id"] = "evt-1",
            ["user"] = user,
            ["email"] = Email,
            ["name"] = Name,
            ["is_active"] = true,
            ["tier"] = Name,
            [Email] = Name,
        };
        foreach (var (name, json) in changes)
        {
            delivery[name] = JsonNode.Parse(json);
        }

        return delivery.ToJsonString();
    }

    private static HttpResponseMessage Response(int status, string body)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status)
        {
            ReasonPhrase = Name,
            Content = status == 204 ? new ByteArrayContent([]) : new StringContent(body),
        };
        response.Headers.TryAddWithoutValidation("Location", "https://x.example/" + Email);
        response.Headers.TryAddWithoutValidation("Retry-After", Email);
        response.Headers.TryAddWithoutValidation("ratelimit-reset", Name);
        response.Headers.TryAddWithoutValidation("X-Echo", Token);
        return response;
    }

    /// <summary>The app, with an ear at every wall.</summary>
    private sealed class Burrow : IAsyncDisposable
    {
        // For what goes on on other threads.
        private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(20);

        private readonly ConcurrentQueue<string> heard = new();
        private readonly Activity root = new Activity("canary") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
        private readonly SpanCollector spans;
        private readonly MeterListener meters = new();

        private Burrow() => spans = new SpanCollector(span => span.TraceId == root.TraceId);

        internal World World { get; private set; } = null!;

        internal IEnumerable<string> Lines => [.. heard, .. World.Log.Lines, .. spans.Spans.Select(Text)];

        /// <summary>Not asynchronous itself: what it makes current would not be so for its caller.</summary>
        internal static Task<Burrow> StartAsync(Func<HttpResponseMessage> truto, Action<IServiceCollection>? configure = null) =>
            new Burrow().ListenAsync(truto, configure);

        private async Task<Burrow> ListenAsync(Func<HttpResponseMessage> truto, Action<IServiceCollection>? configure)
        {
            World = await World.StartAsync(
                services =>
                {
                    services.AddSingleton(new Answering(truto));
                    services.ConfigureHttpClientDefaults(_ => { });
                    services.Configure<HttpClientFactoryOptions>("Truto", options =>
                        options.HttpMessageHandlerBuilderActions.Add(
                            builder => builder.PrimaryHandler = builder.Services.GetRequiredService<Answering>()));
                    configure?.Invoke(services);
                },
                new Dictionary<string, string?>(StringComparer.Ordinal)
                {
                    ["Secrets:signing-secret"] = Secret,
                    [$"Secrets:{TrutoTarget.DefaultTokenSecret}"] = Token,
                    ["Receiving:MaxBodyBytes"] = "30000",
                    ["Processing:WaitTimeout"] = "00:00:01",
                });
            foreach (var source in (string[])["queue", "wait"])
            {
                World.Write(source, $$"""
                    {
                      "reply": "{{source}}",
                      "type": "type",
                      "time": "time",
                      "map": {
                        "email": "email",
                        "name": "name",
                        "is_active": "is_active",
                        "custom_fields": { "tier": "tier" },
                        "remote_data": { "x": "header:X-Token" }
                      }
                    }
                    """);
            }

            var scope = World.Get<IMeterFactory>();
            meters.InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, scope))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            meters.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Note(instrument, tags));
            meters.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Note(instrument, tags));
            meters.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Note(instrument, tags));
            meters.Start();
            return this;
        }

        internal void Note(string line) => heard.Enqueue(line);

        internal async Task DeliverAsync(string source, string body, string? token = Secret, string method = "POST")
        {
            var context = World.Request(method, body, $"?email={Uri.EscapeDataString(Email)}&token={Token}", token);
            context.Request.Headers["X-Name"] = Name;
            context.Request.Headers.Authorization = $"Bearer {Token}";
            context.Request.Headers.ContentType = $"application/json; name={User}";
            var answering = World.ExecuteAsync(
                context, World.Function<WebhookFunctions>().ReceiveDeliveryAsync(context.Request, source, Cancellation));
            Hear(await PassAsync(answering));
        }

        internal async Task CallAsync(string method, string query, Func<HttpRequest, CancellationToken, Task<IResult>> function)
        {
            var context = World.Request(method, query: query);
            Hear(await World.ExecuteAsync(context, function(context.Request, Cancellation)));
        }

        /// <summary>Processes what is in the queue and what comes back, for a while.</summary>
        internal async Task ProcessAllAsync()
        {
            const int Rounds = 14;
            for (var round = 0; round < Rounds; round++)
            {
                foreach (var message in await World.TakeAsync())
                {
                    await World.ProcessAsync(message);
                }

                World.Time.Advance(TimeSpan.FromMinutes(6));
            }
        }

        internal void AssertNoCanary()
        {
            Assert.NotEmpty(World.Log.Lines);
            Assert.NotEmpty(spans.Spans);
            Assert.All(Lines, line => Assert.DoesNotContain(Canary, line, StringComparison.OrdinalIgnoreCase));
        }

        public async ValueTask DisposeAsync()
        {
            meters.Dispose();
            spans.Dispose();
            root.Dispose();
            await World.DisposeAsync();
        }

        private static string Text(Activity span) => string.Join(' ', (object?[])
            [
                span.DisplayName,
                span.StatusDescription,
                span.TraceStateString,
                .. span.TagObjects,
                .. span.Baggage,
                .. span.Events.Select(happened => $"{happened.Name} {string.Join(' ', happened.Tags)}"),
                .. span.Links.SelectMany(link => link.Tags ?? []),
            ]);

        /// <summary>Only problems must be clean: other answers are what was asked for.</summary>
        private void Hear(Answer answer)
        {
            if (answer.ContentType == "application/problem+json")
            {
                Note(answer.Body);
            }
            else if (answer.Body.StartsWith('['))
            {
                foreach (var result in answer.Json.EnumerateArray())
                {
                    Note(result.TryGetProperty("problem", out var problem) ? problem.GetRawText() : string.Empty);
                }
            }
        }

        private void Note(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            Note($"{instrument.Name} {string.Join(' ', tags.ToArray())}");

        /// <summary>Lets time pass until a sender that waits has its answer.</summary>
        private async Task<Answer> PassAsync(Task<Answer> answer)
        {
            while (await Task.WhenAny(answer, Task.Delay(Breath, TimeProvider.System, Cancellation)) != answer)
            {
                World.Time.Advance(TimeSpan.FromMilliseconds(100));
            }

            return await answer;
        }
    }

    private sealed class Answering(Func<HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(answer());
    }
}
