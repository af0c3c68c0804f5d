using System.Text;
using System.Text.RegularExpressions;
using Functions.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Functions.Tests.Behaviour;

/// <summary>The console's pages, as the worker executes them.</summary>
public sealed partial class ConsoleTests
{
    private const string Key = "k/e+y==";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("/events")]
    [InlineData("/event?source=queue&id=evt-1")]
    [InlineData("/dead-letters")]
    [InlineData("/sources")]
    [InlineData("/playground")]
    public async Task Every_page_is_served_and_passes_the_key_on(string page)
    {
        await using var world = await World.StartAsync();
        await world.AcceptAsync("queue", """{ "id": "evt-1", "user": "42", "email": "charles@example.org" }""", "evt-1");

        var (answer, _) = await SendAsync(world, "GET", page);

        Assert.Equal(StatusCodes.Status200OK, answer.Status);
        Assert.StartsWith("text/html", answer.ContentType, StringComparison.Ordinal);
        var links = Link().Matches(answer.Body).Select(match => match.Groups["url"].Value).ToList();
        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.Contains("code=k%2Fe%2By%3D%3D", link, StringComparison.Ordinal));
        Assert.DoesNotContain("charles@example.org", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_works_with_the_page_that_it_came_with_and_with_no_other()
    {
        await using var world = await World.StartAsync();
        await world.AcceptAsync("queue", """{ "id": "evt-1", "user": "42", "email": "charles@example.org" }""", "evt-1");
        const string Event = "?source=queue&id=evt-1";
        var (page, cookie) = await SendAsync(world, "GET", "/event" + Event);
        var token = Token().Match(page.Body).Groups["value"].Value;

        var (revealed, _) = await SendAsync(world, "POST", "/event/reveal" + Event, cookie, token);
        var (refused, _) = await SendAsync(world, "POST", "/event/reveal" + Event, cookie: null, token);

        Assert.Equal(StatusCodes.Status200OK, revealed.Status);
        Assert.Contains("charles@example.org", revealed.Body, StringComparison.Ordinal);
        Assert.Equal(StatusCodes.Status400BadRequest, refused.Status);
        Assert.DoesNotContain("charles@example.org", refused.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/assets/console.css", "text/css; charset=utf-8")]
    [InlineData("/assets/console.js", "text/javascript; charset=utf-8")]
    public async Task Files_are_served(string path, string contentType)
    {
        await using var world = await World.StartAsync();

        Assert.Equal(contentType, (await SendAsync(world, "GET", path)).Answer.ContentType);
    }

    [Fact]
    public async Task What_is_no_page_says_so()
    {
        await using var world = await World.StartAsync();

        Assert.Equal(StatusCodes.Status404NotFound, (await SendAsync(world, "GET", "/sign-in")).Answer.Status);
    }

    private static async Task<(Answer Answer, string Cookie)> SendAsync(World world, string method, string page, string? cookie = null, string? token = null)
    {
        var parts = page.Split('?');
        var query = $"?{(parts.Length > 1 ? $"{parts[1]}&" : "")}code={Uri.EscapeDataString(Key)}";
        var body = token is null ? string.Empty : $"form={Uri.EscapeDataString(token)}";
        var context = world.Request(method, body, query, token: null);
        await using var scope = world.Services.CreateAsyncScope();
        context.RequestServices = scope.ServiceProvider;
        context.Request.Scheme = "https";
        context.Request.Host = new HostString("app.azurewebsites.net");
        context.Request.Path = "/api/console" + parts[0];
        context.Request.ContentLength = Encoding.UTF8.GetByteCount(body);
        context.Request.Headers.Cookie = cookie;
        if (method == "POST")
        {
            context.Request.ContentType = "application/x-www-form-urlencoded";
        }

        var answer = await World.ExecuteAsync(context, world.Function<ConsoleFunctions>().ConsoleAsync(context.Request, Cancellation));
        return (answer, context.Response.Headers.SetCookie.ToString().Split(';')[0]);
    }

    [GeneratedRegex("""(href|src|method="post" action)="(?<url>/api/console[^"]*)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();

    [GeneratedRegex("""name="form" value="(?<value>[^"]+)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Token();
}
