using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Server.Tests.Support;
using Truto.Sandbox;

namespace Server.Tests.Fuzzing;

/// <summary>Bytes on a socket that are nearly HTTP, to the real server: it answers with a refusal or not at all, and lives on.</summary>
public sealed class SocketFuzzTests : IAsyncLifetime
{
    private static readonly string[] Methods = ["GET", "OPTIONS", "HEAD", "post", "PRI", "CONNECT", "P\u00D6ST", ""];

    private static readonly string[] Paths =
    [
        "/api/webhooks/closed", "/api/webhooks/", "/api/health", "/", "*", "//", "/api/webhooks/%00", "/api/webhooks/%ff",
        "/api/webhooks/..%2f..", "http://x/api/webhooks/open",
    ];

    private static readonly string[] Queries =
        ["?key=a-secret-token", "?key=%", "?%zz&&=", "?validationToken=%FF", "?" + new string('a', 9000), "?\u00FF"];

    private static readonly string[] Hosts = ["", "Host: x\r\n", "Host: x\r\nHost: y\r\n", "Host: \u00E9\r\n", "Host: [\r\n"];

    private static readonly string[] Headers =
    [
        "Content-Type: application/json\r\n", "Content-Type: \r\n", "Authorization: a-secret-token\r\n", "X-Junk: \u0080\u00FF\r\n",
        "X Junk: a\r\n", ": a\r\n", "X-Fold: a\r\n b\r\n", "X-Long: " + new string('b', 20_000) + "\r\n", "Expect: 100-continue\r\n",
        "aeg-event-type: SubscriptionValidation\r\n", "Connection: close\r\n", "Upgrade: h2c\r\n", "Content-Encoding: gzip\r\n",
        "X-Nul: \0\r\n",
    ];

    private static readonly string[] Lengths = ["0", "99999", "99999999999999999999", "-1", "x", ""];
    private static readonly string[] ChunkLengths = ["z", "-1", "ffffffffffff", "", "1;ext=\"", "0x4"];
    private static readonly byte[] Update = """{"id":1,"email":"ada@example.com"}"""u8.ToArray();

    private readonly SourceFolder folder = new(
        ("open", SourceFolder.Minimal("""
            "verify": { "scheme": "none" }
            """)),
        ("closed", SourceFolder.Minimal("""
            "preset": "azure-event-grid", "secrets": ["closed-secret"]
            """)));

    private ServerWorld? world;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        world = await ServerWorld.StartAsync(
            folder.Path, [KeyValuePair.Create("closed-secret", "a-secret-token")], KeyValuePair.Create("Receiving:MaxBodyBytes", "4096"));
        world.Truto.PutUser("5a17e000-0000-4000-8000-00000000f00d", new SandboxUser("1"));
    }

    public async ValueTask DisposeAsync()
    {
        await world!.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Nothing_on_a_socket_breaks_the_server()
    {
        // Whoever hangs up on the first update of a user leaves the user leased, for as long as the clock stands still.
        Assert.Equal(200, (await world!.PostAsync("open", Update, Cancel)).Status);
        var answers = new ConcurrentBag<int?>();
        await FuzzPlan.RunAsync(
            FuzzPlan.Seeds(FuzzPlan.SocketCases, 1),
            "The socket",
            async (random, cancellationToken) =>
            {
                var answer = await RawHttp.SendAsync(world!.Address, Request(new Wild(random)), hangUp: true, cancellationToken);
                var status = RawHttp.StatusOf(answer);
                Assert.True(status is null or (>= 100 and < 500) or 505, answer);
                answers.Add(status);
            },
            Cancel,
            atOnce: 16);

        Assert.True(FuzzPlan.IsRepetition || (answers.Contains(200) && answers.Contains(400)), $"The cases are too much alike: {string.Join(", ", answers.CountBy(status => status ?? 0).OrderBy(pair => pair.Key).Select(pair => $"{pair.Key} {pair.Value}"))}");
        Assert.Equal(200, (int)(await world!.Http.GetAsync("/api/health", Cancel)).StatusCode);
        Assert.DoesNotContain(world.Log.Lines, line => line.Contains("unhandled exception", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(world.Log.Lines, line => line.Contains("a-secret-token", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("POST /api/webhooks/open HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nZZ\r\n{}\r\n0\r\n")]
    [InlineData("POST /api/webhooks/open HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nffffffffffff\r\n{}")]
    [InlineData("POST /api/webhooks/open HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n{}")]
    [InlineData("POST /api/webhooks/open HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\nConnection: close\r\n\r\n{}")]
    [InlineData("POST /api/webhooks/open HTTP/1.1\r\nConnection: close\r\n\r\n")]
    [InlineData("POST /api/webhooks/open HTTP/9.9\r\nHost: x\r\n\r\n")]
    [InlineData("GARBAGE\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: [\r\nConnection: close\r\n\r\n")]
    [InlineData("GET / HTTP/1.0\r\n\r\n")]
    public async Task What_is_no_HTTP_is_a_bad_request(string request)
    {
        var answer = await RawHttp.SendAsync(world!.Address, Encoding.Latin1.GetBytes(request), hangUp: false, Cancel);

        Assert.True(RawHttp.StatusOf(answer) is 400 or 411 or 505, answer);
    }

    [Fact]
    public async Task HTTP_of_the_first_version_is_served()
    {
        byte[] request = [.. "POST /api/webhooks/open HTTP/1.0\r\nContent-Length: 34\r\n\r\n"u8, .. Update];

        var answer = await RawHttp.SendAsync(world!.Address, request, hangUp: false, Cancel);

        Assert.Equal(200, RawHttp.StatusOf(answer));
    }

    [Fact]
    public async Task A_sender_that_hangs_up_in_the_middle_changes_nobody()
    {
        world!.Truto.Calls.Clear();

        byte[] request = [.. "POST /api/webhooks/open HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"u8, .. Update];

        var answer = await RawHttp.SendAsync(world.Address, request, hangUp: true, Cancel);

        Assert.True(RawHttp.StatusOf(answer) is null or 400, answer);
        Assert.Equal(200, (int)(await world.Http.GetAsync("/api/health", Cancel)).StatusCode);
        Assert.Equal(0, world.Truto.Calls.Total);
    }

    private static byte[] Request(Wild wild)
    {
        var body = wild.Chance(0.5) ? Update : wild.Pick<Func<byte[]>>([wild.JsonBody, wild.Form, wild.Xml, () => wild.Bytes(300)])();
        var head = new StringBuilder();
        head.Append(Mostly("POST", Methods)).Append(Mostly(" ", ["\t", "  "]));
        head.Append(Mostly("/api/webhooks/open", Paths)).Append(Mostly("", Queries));
        head.Append(Mostly(" HTTP/1.1\r\n", [" HTTP/1.0\r\n", " HTTP/2.0\r\n", "\r\n", " HTTP/1.1\n"]));
        head.Append(Mostly("Host: x\r\nConnection: close\r\n", Hosts));
        for (var i = wild.Chance(0.5) ? 0 : wild.Random.Next(5); i > 0; i--)
        {
            head.Append(wild.Pick(Headers));
        }

        return wild.Random.Next(6) switch
        {
            0 => [.. Latin(head.Append("Transfer-Encoding: chunked\r\n\r\n")), .. Chunks(body, wild)],
            1 => [.. Latin(head.Append("Transfer-Encoding: gzip, chunked\r\n\r\n")), .. body],
            2 => [.. Latin(head.Append(CultureInfo.InvariantCulture, $"Content-Length: {Mostly("1", Lengths)}\r\n\r\n")), .. body],
            3 => wild.Damage([.. Latin(head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n\r\n")), .. body]),
            _ => [.. Latin(head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n\r\n")), .. body],
        };

        string Mostly(string usual, IReadOnlyList<string> others) => wild.Chance(0.8) ? usual : wild.Pick(others);
    }

    private static byte[] Latin(StringBuilder head) => Encoding.Latin1.GetBytes(head.ToString());

    private static byte[] Chunks(byte[] body, Wild wild)
    {
        var chunks = new List<byte>();
        foreach (var part in body.Chunk(wild.Random.Next(1, 64)))
        {
            var length = wild.Chance(0.9) ? part.Length.ToString("x", CultureInfo.InvariantCulture) : wild.Pick(ChunkLengths);
            chunks.AddRange(Encoding.ASCII.GetBytes(length));
            chunks.AddRange("\r\n"u8.ToArray().Concat(part).Concat(wild.Chance(0.9) ? "\r\n"u8.ToArray() : []));
        }

        chunks.AddRange(Encoding.ASCII.GetBytes(wild.Pick(["0\r\n\r\n", "0\r\nX-Trailer: a\r\n\r\n", "0\r\n", "", "0\r\n: \r\n\r\n"])));
        return [.. chunks];
    }
}
