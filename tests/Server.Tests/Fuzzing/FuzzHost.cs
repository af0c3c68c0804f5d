using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Server.Tests.Support;
using Truto.Sandbox;
using UserSync.Endpoints;
using UserSync.Sources;

namespace Server.Tests.Fuzzing;

/// <summary>The application without a network: requests go straight into the endpoint, updates into an instant Truto.</summary>
internal sealed class FuzzHost : IAsyncDisposable
{
    private static readonly int[] Refusals = [400, 401, 404, 405, 413];

    private readonly TemporaryStore store = new();
    private readonly WebApplication app;
    private readonly WebhookEndpoint endpoint;

    public FuzzHost(string sources, IEnumerable<KeyValuePair<string, string>> secrets)
    {
        var settings = ServerHost.Settings(sources);
        settings[$"Secrets:{TrutoTarget.DefaultTokenSecret}"] = SandboxOptions.DefaultToken;
        settings["Receiving:MaxEvents"] = "100";
        settings["Processing:WaitAttempts"] = "1";
        settings["Limits:Enabled"] = bool.FalseString;
        store.Use(settings);
        foreach (var (name, value) in secrets)
        {
            settings[$"Secrets:{name}"] = value;
        }

        app = ServerHost.Build(settings, builder =>
        {
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton<TimeProvider>(new StandingClock(ServerWorld.Start));
            builder.Services.AddHttpClient("Truto").ConfigurePrimaryHttpMessageHandler(() => new InstantTruto());
        });
        endpoint = app.Services.GetRequiredService<WebhookEndpoint>();
        Sources = app.Services.GetRequiredService<SourceCatalog>();
        Assert.Empty(Sources.Findings.Errors);
    }

    public SourceCatalog Sources { get; }

    /// <summary>Makes a request, and asserts what holds for every answer.</summary>
    public async Task<FuzzAnswer> SendAsync(Source source, FuzzCase request, CancellationToken cancellationToken)
    {
        var updates = InstantTruto.Count();
        var context = new DefaultHttpContext { RequestServices = app.Services };
        using var answer = new MemoryStream();
        context.Response.Body = answer;
        context.Request.Method = request.Method;
        context.Request.QueryString = new QueryString(request.Query);
        context.Request.Body = new MemoryStream(request.Body);
        foreach (var (name, value) in request.Headers)
        {
            context.Request.Headers[name] = value;
        }

        var result = await endpoint.HandleAsync(context.Request, source.Name, cancellationToken);
        await result.ExecuteAsync(context);
        await context.Response.BodyWriter.FlushAsync(cancellationToken);

        var status = context.Response.StatusCode;
        Assert.InRange(status, 200, 499);
        AssertWellFormed(context.Response, answer.ToArray());
        if (request.IsForged)
        {
            Assert.Equal(0, updates.Value);
            Assert.True(status is 200 or 202 || Refusals.Contains(status), $"A forged delivery was answered {status}.");
        }

        return new FuzzAnswer(status, updates.Value);
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        store.Dispose();
    }

    private static void AssertWellFormed(HttpResponse response, byte[] body)
    {
        foreach (var (name, value) in response.Headers)
        {
            Assert.DoesNotContain(value.ToString(), char.IsControl);
            Assert.False(value.ToString().Any(letter => letter > '~'), $"The header {name} of the answer holds what no header may.");
        }

        if (response.ContentType is not ("application/json" or "application/problem+json"))
        {
            return;
        }

        using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 70 });
        if (response.ContentType == "application/problem+json")
        {
            Assert.StartsWith("urn:truto-user-sync:problem:", json.RootElement.GetProperty("type").GetString(), StringComparison.Ordinal);
            Assert.Equal(response.StatusCode, json.RootElement.GetProperty("status").GetInt32());
            Assert.NotEmpty(json.RootElement.GetProperty("title").GetString()!);
            Assert.NotEmpty(json.RootElement.GetProperty("detail").GetString()!);
        }
        else
        {
            // Half a character in an answer would break whoever reads it.
            _ = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(body);
        }
    }
}
