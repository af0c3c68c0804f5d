using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using UserSync.Endpoints;
using UserSync.Outcomes;
using UserSync.Queue;
using UserSync.Receiving;
using UserSync.Secrets;
using UserSync.Sources;

namespace UserSync.Tests.Support;

/// <summary>The door, with a folder of sources before it and a scripted Truto behind it.</summary>
internal sealed class TestEndpoint : IDisposable
{
    internal const string Token = "shared-token";

    private readonly Folder folder = new();
    private TestProcessing? processing;

    /// <summary>What is behind the door.</summary>
    internal TestProcessing Processing => processing ??= new TestProcessing(Truto, Secrets, steps: Steps);

    internal TestTime Time => Processing.Time;

    internal LogCollector<WebhookEndpoint> Log { get; } = new();

    internal Script Truto { get; init; } = new(Script.Answer(200, """{ "id": "42" }"""));

    internal ReceivingOptions Receiving { get; } = new();

    /// <summary>What happens around each operation of the stores in memory.</summary>
    internal Steps? Steps { get; init; }

    /// <summary>When the sender hangs up.</summary>
    internal CancellationToken SenderIsGone { get; init; } = TestContext.Current.CancellationToken;

    /// <summary>Another queue than the one in memory.</summary>
    internal IChangeQueue? Queue { get; init; }

    /// <summary>Another store of outcomes than the one in memory.</summary>
    internal IOutcomeStore? Outcomes { get; init; }

    internal ISecretStore Secrets { get; init; } = TestSecrets.Of("signing-secret", Token).Add(TrutoTarget.DefaultTokenSecret, "api-token");

    /// <summary>A source that is verified with a token in a header, with some settings changed.</summary>
    internal static TestEndpoint With(string changes = "{}", params Func<HttpRequestMessage, Task<HttpResponseMessage>>[] truto) =>
        new TestEndpoint { Truto = new Script(truto.Length == 0 ? [Script.Answer(200, """{ "id": "42" }""")] : truto) }.Add("test", changes);

    internal TestEndpoint Add(string name, string changes)
    {
        folder.With($"{name}.json", TestSource.With(changes.Contains("\"verify\"", StringComparison.Ordinal)
            ? changes
            : $$"""{ "verify": { "scheme": "token", "name": "X-Token" }{{(changes == "{}" ? "" : ",")}} {{changes.Trim()[1..]}}"""));
        return this;
    }

    internal TestEndpoint AddFile(string name, string content)
    {
        folder.With(name, content);
        return this;
    }

    internal SourceCatalog Catalog() => SourceCatalog.Load(folder.Path, Jwks.Unused, Receiving);

    internal async Task<Answer> SendAsync(
        string body = """{ "user": "42", "email": "ada@example.com" }""",
        IEnumerable<(string Name, string Value)>? headers = null,
        string query = "",
        string method = "POST",
        string source = "test",
        bool hasLength = true)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.QueryString = new QueryString(query);
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        context.Request.ContentLength = hasLength ? Encoding.UTF8.GetByteCount(body) : null;
        foreach (var (name, value) in headers ?? [("X-Token", Token)])
        {
            context.Request.Headers.Append(name, value);
        }

        var endpoint = new WebhookEndpoint(
            Catalog(),
            Secrets,
            new ChangeIntake(Queue ?? Processing.Queue, Outcomes ?? Processing.Outcomes),
            Processing.Waiting,
            Options.Create(Receiving),
            Time,
            Processing.Metrics,
            Log);
        return await ExecuteAsync(await endpoint.HandleAsync(context.Request, source, SenderIsGone), context);
    }

    /// <summary>Writes a result as a server would.</summary>
    internal static async Task<Answer> ExecuteAsync(IResult result, HttpContext? context = null)
    {
        context ??= new DefaultHttpContext();
        using var body = new MemoryStream();
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(body));
        await result.ExecuteAsync(context);
        await context.Response.BodyWriter.FlushAsync(TestContext.Current.CancellationToken);
        return new Answer(
            context.Response.StatusCode,
            context.Response.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            Encoding.UTF8.GetString(body.ToArray()));
    }

    public void Dispose() => folder.Dispose();
}
