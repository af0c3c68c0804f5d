using System.Buffers.Text;
using System.Text;

namespace Server.Tests.Fuzzing;

/// <summary>
/// Whatever JSON there is, every mapping ends in an answer: sources without a signature, so that each case gets that far.
/// </summary>
public sealed class MappingFuzzTests : IAsyncLifetime
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Fuzzing", "sources");

    private static readonly string[] Rows = [.. Directory.EnumerateFiles(Folder).Select(file => Path.GetFileNameWithoutExtension(file))];

    private static readonly JsonSpans[] Spans = [.. JsonSpans.Recorded.Values];

    private static readonly string[] Headers =
    [
        "X-Event-Id", "X-Event-Type", "X-Event-Time", "X-User", "X-Email", "X-Active", "X-Junk", "User-Agent",
        "ce-specversion", "ce-id", "ce-type", "ce-source", "ce-subject", "ce-ext", "ce-data", "ce-time",
    ];

    private static readonly string[] MediaTypes =
    [
        "application/json", "application/json", "", "text/plain", "application/x-www-form-urlencoded", "text/xml", "application/xml",
        "application/jwt", "application/x-ndjson",
        "application/cloudevents+json", "application/cloudevents-batch+json", "application/merge-patch+json",
    ];

    private readonly FuzzHost host = new(Folder, []);

    public static TheoryData<string> All() => [.. Rows];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Theory, MemberData(nameof(All))]
    public async Task No_event_breaks_a_mapping(string name)
    {
        var source = host.Sources.Find(name)!;
        var applied = 0;
        var failed = 0;
        await FuzzPlan.RunAsync(
            FuzzPlan.Seeds(FuzzPlan.MappingCases, Rows.Length),
            name,
            async (random, cancellationToken) =>
            {
                var answer = await host.SendAsync(source, Make(name, new Wild(random)), cancellationToken);
                Interlocked.Add(ref applied, answer.Updates);
                Interlocked.Add(ref failed, answer.Status is 207 or 422 ? 1 : 0);
            },
            TestContext.Current.CancellationToken);

        var isVaried = applied > 0 && failed > 0;
        Assert.True(isVaried || FuzzPlan.IsRepetition, $"{applied} updates, {failed} failures: the cases are too much alike.");
    }

    private static FuzzCase Make(string name, Wild wild)
    {
        var request = new FuzzCase { Body = Body(name, wild) };
        request.Headers["Content-Type"] = wild.Pick(MediaTypes);
        for (var i = wild.Random.Next(8); i > 0; i--)
        {
            request.Headers[wild.Pick(Headers)] = wild.Text();
        }

        return request;
    }

    private static byte[] Body(string name, Wild wild) => (name, wild.Random.Next(10)) switch
    {
        (_, 0) => wild.JsonBody(),
        ("forms", < 8) => wild.Form(),
        ("xml", < 8) => wild.Xml(),
        ("tokens", < 9) => Encoding.UTF8.GetBytes($"e30.{Base64Url.EncodeToString(wild.Chance(0.5) ? wild.JsonBody() : Claims(wild))}.AA"),
        ("lines", < 3) => wild.Pick<Func<byte[]>>([wild.Form, wild.Xml])(),
        (_, < 3) => wild.Pick(Spans).Mutate(wild),
        (_, 3) => wild.Bytes(100),
        (_, 4) => Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Range(0, wild.Random.Next(6)).Select(_ => wild.Json()))}]"),
        _ => Encoding.UTF8.GetBytes($$"""
            {"id":{{wild.Json(3)}},"data":{{wild.Json()}},"value":{{wild.Json()}},"name":{{wild.Json(5)}},"email":{{wild.Json(5)}},
            "type":{{wild.Json(5)}},"time":{{wild.Json(5)}},"a":{{wild.Json(4)}}}
            """),
    };

    private static byte[] Claims(Wild wild)
    {
        var inner = wild.Chance(0.7) ? wild.Json() : "null";
        var text = inner.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        var data = wild.Chance(0.5) ? $"\"{text}\"" : inner;
        return Encoding.UTF8.GetBytes($$"""{"id":{{wild.Json(5)}},"data":{{data}},"a":{{wild.Json(3)}}}""");
    }
}
