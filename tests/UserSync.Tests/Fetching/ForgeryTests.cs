using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using UserSync.Fetching;
using UserSync.Tests.Support;

namespace UserSync.Tests.Fetching;

/// <summary>
/// Server-side request forgery: whatever stands in an event, and wherever the source system points, no request leaves the configured
/// host or the configured path. Everything is real here: the connections, the source system, and a second server that nobody may call.
/// </summary>
public sealed class ForgeryTests : IAsyncLifetime
{
    private const string Prefix = "/api/v1/users/";

    private SourceServer system = null!;
    private SourceServer elsewhere = null!;
    private ServiceProvider services = null!;
    private RequestDelegate answer = context => SourceServer.JsonAsync(context, """{ "user": "42" }""");

    /// <summary>Ids that try to lead elsewhere. ELSEWHERE stands for the host and the port that nobody may call.</summary>
    public static TheoryData<string> HostileIds =>
    [
        // Dot segments, plain, escaped once, twice and three times, with every kind of slash.
        "..", ".", "...", "../admin", "..\\admin", "./admin", "../../../../etc/passwd", "/../admin", "a/../../admin", "..;/admin", "..;", ".;",
        "%2e%2e", "%2E%2E%2Fadmin", "%2e%2e/admin", "..%2fadmin", "..%5cadmin", "%252e%252e%252fadmin", "%25252e%25252e%25252fadmin",
        "..%c0%afadmin", "%c0%ae%c0%ae/admin", "..%u2215admin", "%uff0e%uff0e/admin",

        // Slashes of all alphabets, for servers that make the nearest ASCII character of them.
        "．．／admin", "‥／admin", "…", "a∕..∕admin", "a⁄b", "a⧸b", "a＼b", "a﹨b",

        // Another authority.
        "//ELSEWHERE/", "///ELSEWHERE/", "\\\\ELSEWHERE\\", "/\\ELSEWHERE/", "@ELSEWHERE", "user:password@ELSEWHERE/", ":80@ELSEWHERE", ":@ELSEWHERE#",
        "http://ELSEWHERE/", "https://ELSEWHERE/", "https:ELSEWHERE", "file:///etc/passwd", "gopher://ELSEWHERE/_", "javascript:alert(1)", "http:\\\\ELSEWHERE",
        "http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/", "http://metadata.google.internal/", "//[::1]/", "[::ffff:127.0.0.1]", "::1",
        "//127.1/", "//0x7f000001/", "//2130706433/", "//xn--bcher-kva.example/", "//bücher.example/", "//ｅｘａｍｐｌｅ.com/", "//example。com/",

        // The rest of the request.
        "a?admin=true", "a#b", "a&b=c", "a;jsessionid=1", "a b", "a\tb", "a\r\nHost: ELSEWHERE\r\n\r\nGET / HTTP/1.1", "a\nX: y", "a\rX: y", "%0d%0aHost: ELSEWHERE",
        "a HTTP/1.1\r\nX: y", "a\0b", "a\u0085b", "a\u2028b", "a\ufeffb", "\u202eadmin", "a\u00adb",

        // What is no id at all.
        "", " ", "\t", "{event.id}", "{{id}}", "${jndi:ldap://ELSEWHERE/a}", "<script>", "' or '1'='1", "$(id)", "`id`", "|id", "*", "a,b", "null\0", "🦊",
    ];

    /// <summary>Where a source system may point: to the metadata services, to itself, and to others.</summary>
    public static TheoryData<int, string> Redirects => new(
        from status in (int[])[301, 302, 303, 307, 308]
        from location in (string[])
        [
            "http://169.254.169.254/latest/meta-data/iam/security-credentials/", "http://[fd00:ec2::254]/latest/", "http://metadata.google.internal/computeMetadata/v1/",
            "http://ELSEWHERE/", "//ELSEWHERE/", "/admin", "/api/v1/users/../../../admin", "http://localhost:1/", "file:///etc/passwd",
        ]
        select (status, location));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        system = await SourceServer.StartAsync(context => answer(context));
        elsewhere = await SourceServer.StartAsync();
        services = TestServices.Build([("Secrets:directory-secret", "s3cret"), ("Fetching:Interval", "00:00:00")]);
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await elsewhere.DisposeAsync();
        await system.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(HostileIds))]
    public async Task No_id_in_a_path_makes_a_request_leave_it(string id)
    {
        var result = await FetchAsync("""{ "path": "/users/{event.id}/profile" }""", id);

        Assert.Empty(elsewhere.Received);
        if (result.Failure is { } failure)
        {
            // Refused for good, with a reason that names the expression and quotes nothing.
            Assert.Equal(("mapping-failed", false), (failure.Cause, failure.IsTransient));
            Assert.StartsWith("fetch.path: the expression event.id gave ", failure.Reason, StringComparison.Ordinal);
            Assert.Empty(system.Received);
            return;
        }

        // What was sent is below the prefix however often it is decoded, and is the id and nothing else.
        var request = Assert.Single(system.Received);
        Assert.Equal(new Uri(system.Address).Authority, request.Host);
        Assert.StartsWith(Prefix, request.Target, StringComparison.Ordinal);
        Assert.EndsWith("/profile", request.Target, StringComparison.Ordinal);
        var segment = request.Target[Prefix.Length..^"/profile".Length];
        for (var decoded = segment; ; decoded = Uri.UnescapeDataString(decoded))
        {
            Assert.True(decoded.Length > 0 && decoded.AsSpan().IndexOfAny("/\\\r\n\0") < 0 && !decoded.All(letter => letter == '.'), decoded);
            if (decoded == Uri.UnescapeDataString(decoded))
            {
                Assert.Equal(Located(id), decoded);
                break;
            }
        }
    }

    [Theory]
    [MemberData(nameof(HostileIds))]
    public async Task No_id_in_a_query_makes_a_request_leave_it(string id)
    {
        var result = await FetchAsync("""{ "path": "/users/", "query": { "fields": "mail", "id": "{event.id}" } }""", id);

        Assert.Empty(elsewhere.Received);
        if (result.Failure is { } failure)
        {
            Assert.Equal(("mapping-failed", false), (failure.Cause, failure.IsTransient));
            Assert.Empty(system.Received);
            return;
        }

        var request = Assert.Single(system.Received);
        Assert.Equal(new Uri(system.Address).Authority, request.Host);
        Assert.Equal($"{Prefix}?fields=mail&id={Uri.EscapeDataString(Located(id))}", request.Target);
    }

    [Fact]
    public void The_table_is_long_enough_and_some_of_it_is_only_escaped()
    {
        Assert.True(HostileIds.Count >= 40);
        Assert.Contains(HostileIds, row => row.Data.StartsWith('@'));
    }

    [Theory]
    [MemberData(nameof(Redirects))]
    public async Task No_redirect_is_followed(int status, string location)
    {
        answer = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = Located(location);
            return Task.CompletedTask;
        };

        var result = await FetchAsync("{}", "815");

        Assert.Equal(("record-redirected", true), (result.Failure!.Cause, result.Failure.IsTransient));
        Assert.Equal($"The source system answered with a redirect ({status}), and none is followed: correct \"base\" or \"path\".", result.Failure.Reason);
        Assert.Equal($"{Prefix}815", Assert.Single(system.Received).Target);
        Assert.Empty(elsewhere.Received);
    }

    /// <summary>Templates that would let an event choose more than a value. None of them makes a source.</summary>
    [Theory]
    [InlineData("""{ "base": "https://{event.host}" }""")]
    [InlineData("""{ "base": "https://{event.id}.example.com" }""")]
    [InlineData("""{ "base": "{event.url}" }""")]
    [InlineData("""{ "base": "http://example.com" }""")]
    [InlineData("""{ "base": "https://example.com@elsewhere.example.com" }""")]
    [InlineData("""{ "base": "https://example.com\\@elsewhere.example.com" }""")]
    [InlineData("""{ "base": "https://example.com:443@elsewhere.example.com" }""")]
    [InlineData("""{ "base": "https://example.com\r\nHost: elsewhere.example.com" }""")]
    [InlineData("""{ "base": "https://example.com\t.elsewhere.example.com" }""")]
    [InlineData("""{ "base": "https://example.com%2f@elsewhere.example.com" }""")]
    [InlineData("""{ "base": "https://ex\u0430mple.com" }""")]
    [InlineData("""{ "base": "https://example\u3002com" }""")]
    [InlineData("""{ "base": "https://[::1" }""")]
    [InlineData("""{ "base": "https://[::ffff:169.254.169.254]" }""")]
    [InlineData("""{ "base": "https://[fe80::1%25eth0]" }""")]
    [InlineData("""{ "base": "https://0/" }""")]
    [InlineData("""{ "base": "https://0x7f000001/" }""")]
    [InlineData("""{ "base": "https://127.1/" }""")]
    [InlineData("""{ "base": "https:/example.com" }""")]
    [InlineData("""{ "base": "//example.com" }""")]
    [InlineData("""{ "base": "https://example.com/a/../../b" }""")]
    [InlineData("""{ "base": "https://example.com/%2e%2e/b" }""")]
    [InlineData("""{ "path": "{event.path}" }""")]
    [InlineData("""{ "path": ".elsewhere.example.com/{event.id}" }""")]
    [InlineData("""{ "path": "@elsewhere.example.com/{event.id}" }""")]
    [InlineData("""{ "path": ":8443/{event.id}" }""")]
    [InlineData("""{ "path": "//elsewhere.example.com/{event.id}" }""")]
    [InlineData("""{ "path": "/\\elsewhere.example.com/{event.id}" }""")]
    [InlineData("""{ "path": "/../{event.id}" }""")]
    [InlineData("""{ "path": "/%2e%2e/{event.id}" }""")]
    [InlineData("""{ "path": "/a/%2f/{event.id}" }""")]
    [InlineData("""{ "path": "/a?b={event.id}" }""")]
    [InlineData("""{ "path": "/a\r\nX: {event.id}" }""")]
    [InlineData("""{ "headers": { "Host": "elsewhere.example.com" } }""")]
    [InlineData("""{ "headers": { "X-Id": "a\r\nHost: elsewhere.example.com" } }""")]
    [InlineData("""{ "auth": { "scheme": "oauth2", "secret": "a", "client": "c", "tokenUrl": "https://{event.host}/token" } }""")]
    [InlineData("""{ "auth": { "scheme": "oauth2", "secret": "a", "client": "c", "tokenUrl": "http://169.254.169.254/token" } }""")]
    public void No_template_lets_an_event_choose_more_than_values(string fetch)
    {
        var (_, findings) = TestSource.Read(TestSource.With(TestFetch.Changes(fetch)));

        Assert.All(findings.Errors, finding => Assert.StartsWith("$.fetch.", finding.Path, StringComparison.Ordinal));
        Assert.NotEmpty(findings.Errors);
    }

    private async Task<FetchResult> FetchAsync(string fetch, string id)
    {
        var members = JsonNode.Parse(fetch)!.AsObject();
        members["base"] = $"{system.Address}/api/v1";
        members["allowPrivateAddresses"] = true;
        var source = TestFetch.Of(members.ToJsonString());
        var data = JsonSerializer.SerializeToElement(new JsonObject { ["id"] = Located(id) });
        return await services.Fetcher().FetchAsync(source, source.Events.Change("test", data, null, Now.Time), Cancellation);
    }

    private string Located(string text) => text.Replace("ELSEWHERE", $"127.0.0.1:{elsewhere.Port}", StringComparison.Ordinal);
}
