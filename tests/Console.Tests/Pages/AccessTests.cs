using System.Net;
using System.Text;
using Console.Tests.Support;
using Microsoft.Playwright;

namespace Console.Tests.Pages;

/// <summary>Who gets in, and whose forms are believed.</summary>
public sealed class AccessTests(Chromium chromium)
{
    private const string Key = "the operator's key";

    private static readonly string[] Actions =
        ["event/reveal", "event/dry-run", "event/replay", "dead-letters/forecast", "dead-letters/replay", "playground"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Pages() => ["", "events", "event?source=hr&id=good", "dead-letters", "sources", "playground", "assets/console.css", "assets/console.js"];

    [Theory, MemberData(nameof(Pages))]
    public async Task Every_answer_forbids_the_browser_what_no_page_needs(string path)
    {
        await using var world = await ConsoleWorld.StartAsync();
        await world.ChangeAsync("good", "good@example.com");
        using var answer = await world.Http.GetAsync($"/{path}", Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
            Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("DENY", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.DoesNotMatch("""<script(?![^>]* src=)|\son\w+=|style="|<style""", text);
    }

    [Fact]
    public async Task A_form_that_is_not_ours_does_nothing()
    {
        await using var world = await ConsoleWorld.StartAsync();
        await world.ChangeAsync("good", "good@example.com");
        foreach (var action in Actions)
        {
            using var form = new FormUrlEncodedContent([KeyValuePair.Create("source", "hr"), KeyValuePair.Create("form", "made up")]);
            using var answer = await world.Http.PostAsync($"/{action}?source=hr&id=good", form, Cancel);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains("This form is too old", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }

        Assert.DoesNotContain(world.Log.All, line => line.Contains("The operator", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("event/reveal?source=hr&id=a%26b", "/event?source=hr&id=a%26b")]
    [InlineData("dead-letters/replay", "/dead-letters")]
    public async Task An_action_that_is_loaded_again_leads_back_to_its_page(string path, string page)
    {
        await using var world = await ConsoleWorld.StartAsync();
        using var answer = await world.Http.GetAsync($"/{path}", Cancel);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal(page, answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task A_form_that_is_too_large_is_refused()
    {
        await using var world = await ConsoleWorld.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/playground");
        request.Content = new StringContent("body=" + new string('x', 9 * 1024 * 1024), Encoding.UTF8, "application/x-www-form-urlencoded");
        request.Headers.ExpectContinue = true;
        using var answer = await world.Http.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Theory]
    [InlineData("Host", "rebound.example.com")]
    [InlineData("Origin", "https://example.com")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task Without_a_key_a_page_of_another_site_does_not_get_in(string header, string value)
    {
        await using var world = await ConsoleWorld.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/events");
        request.Headers.TryAddWithoutValidation(header, value);
        using var answer = await world.Http.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("The console is closed", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_key_nobody_gets_in_where_the_server_listens_to_others()
    {
        await using var world = await ConsoleWorld.StartAsync(("urls", "http://0.0.0.0:0"));
        using var http = new HttpClient();
        using var answer = await http.GetAsync($"http://127.0.0.1:{world.Address.Port}/", Cancel);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task With_a_key_the_operator_signs_in_comes_where_it_wanted_and_signs_out()
    {
        await using var world = await ConsoleWorld.StartAsync(("Secrets:operator-key", Key));
        await using var visit = await chromium.VisitAsync(world.Address, new BrowserNewContextOptions { JavaScriptEnabled = false });

        await visit.GoAsync("/events?status=failed");
        await visit.Page.GetByLabel("Operator's key").FillAsync("a guess");
        await visit.Role(AriaRole.Button, "Sign in").ClickAsync();
        await visit.Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("That is not the operator's key.");
        Assert.Contains("401", Assert.Single(visit.TakeComplaints()), StringComparison.Ordinal);
        await visit.Page.GetByLabel("Operator's key").FillAsync(Key);
        await visit.Role(AriaRole.Button, "Sign in").ClickAsync();

        await visit.Expect(visit.Role(AriaRole.Heading, "Events")).ToBeVisibleAsync();
        Assert.EndsWith("/events?status=failed", visit.Page.Url, StringComparison.Ordinal);
        var cookie = Assert.Single(await visit.Page.Context.CookiesAsync(), cookie => cookie.Name == "user-sync-operator");
        Assert.True(cookie.HttpOnly);
        Assert.Equal(SameSiteAttribute.Strict, cookie.SameSite);
        Assert.DoesNotContain(Key, Uri.UnescapeDataString(cookie.Value), StringComparison.Ordinal);

        await visit.Role(AriaRole.Button, "Sign out").ClickAsync();
        await visit.GoAsync("/events");
        await visit.Expect(visit.Page.GetByLabel("Operator's key")).ToBeVisibleAsync();
        Assert.DoesNotContain(world.Log.All, line => line.Contains(Key, StringComparison.Ordinal) || line.Contains("a guess", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_a_key_nothing_is_shown_and_nothing_done_without_a_sign_in()
    {
        await using var world = await ConsoleWorld.StartAsync(("Secrets:operator-key", Key));
        foreach (var path in Actions.Concat(["", "events", "event", "dead-letters", "sources", "playground"]))
        {
            foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Post])
            {
                using var request = new HttpRequestMessage(method, $"/{path}");
                request.Headers.Add("Cookie", "user-sync-operator=made-up");
                using var answer = await world.Http.SendAsync(request, Cancel);
                Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
                Assert.StartsWith("/sign-in", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Attempts_to_sign_in_are_bounded()
    {
        await using var world = await ConsoleWorld.StartAsync(("Secrets:operator-key", Key));
        await using var visit = await chromium.VisitAsync(world.Address, new BrowserNewContextOptions { JavaScriptEnabled = false });
        await visit.GoAsync("/sign-in");
        for (var i = 0; i < 10; i++)
        {
            await visit.Page.GetByLabel("Operator's key").FillAsync($"guess {i}");
            await visit.Role(AriaRole.Button, "Sign in").ClickAsync();
        }

        await visit.Page.GetByLabel("Operator's key").FillAsync(Key);
        await visit.Role(AriaRole.Button, "Sign in").ClickAsync();

        await visit.Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Too many attempts");
        Assert.Equal(11, visit.TakeComplaints().Count);
    }

    [Theory]
    [InlineData("//example.com")]
    [InlineData("/\\example.com")]
    [InlineData("https://example.com")]
    [InlineData("javascript:alert(1)")]
    public async Task A_sign_in_leads_nowhere_else(string wanted)
    {
        await using var world = await ConsoleWorld.StartAsync(("Secrets:operator-key", Key));
        await using var visit = await chromium.VisitAsync(world.Address, new BrowserNewContextOptions { JavaScriptEnabled = false });
        await visit.GoAsync($"/sign-in?return={Uri.EscapeDataString(wanted)}");
        await visit.Page.GetByLabel("Operator's key").FillAsync(Key);
        await visit.Role(AriaRole.Button, "Sign in").ClickAsync();

        await visit.Expect(visit.Role(AriaRole.Heading, "Overview")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_browser_keeps_its_copy_of_a_file_that_has_not_changed()
    {
        await using var world = await ConsoleWorld.StartAsync();
        using var first = await world.Http.GetAsync("/assets/console.js", Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/assets/console.js");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await world.Http.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }
}
