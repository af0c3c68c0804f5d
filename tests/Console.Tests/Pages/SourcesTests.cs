using Console.Tests.Support;
using Microsoft.Playwright;

namespace Console.Tests.Pages;

public sealed class SourcesTests(Chromium chromium)
{
    private const string Secret = "wos_secret_of_the_tests";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_source_says_what_to_enter_at_the_vendor_and_its_signed_sample_is_believed()
    {
        await using var world = await ConsoleWorld.StartWithAsync([ConsoleWorld.Signed("people")], ("Secrets:signing-secret", Secret));
        await using var visit = await chromium.VisitAsync(world.Address, new BrowserNewContextOptions { JavaScriptEnabled = false });

        await visit.GoAsync("/sources");
        var source = visit.Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "people", Exact = false }).First;
        await visit.Expect(source).ToContainTextAsync($"{world.Address}api/webhooks/people");
        await visit.Expect(source).ToContainTextAsync("WorkOS");
        await visit.Expect(source).ToContainTextAsync("none yet");
        await visit.Expect(source.Locator(".badge.present")).ToHaveCountAsync(2);
        Assert.DoesNotContain(Secret, await visit.Page.ContentAsync(), StringComparison.Ordinal);

        using var request = await Shell.CurlAsync(await visit.Page.Locator("#sample-people").InnerTextAsync(), Cancel);
        using var answer = await world.Http.SendAsync(request, Cancel);
        Assert.Equal(200, (int)answer.StatusCode);

        await visit.GoAsync("/sources");
        await visit.Expect(source).Not.ToContainTextAsync("none yet");
    }

    [Fact]
    public async Task A_token_never_stands_in_a_sample()
    {
        await using var world = await ConsoleWorld.StartAsync();
        await using var visit = await chromium.VisitAsync(world.Address);

        await visit.GoAsync("/sources");

        await visit.Expect(visit.Page.Locator("#sample-hr")).ToContainTextAsync("YOUR-SECRET");
        Assert.DoesNotContain(ConsoleWorld.Token, await visit.Page.ContentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_that_lacks_a_secret_or_has_an_error_says_so_here_and_on_the_overview()
    {
        await using var world = await ConsoleWorld.StartWithAsync([ConsoleWorld.Signed("people"), ("broken", """{ "prest": "workos" }""")]);
        await using var visit = await chromium.VisitAsync(world.Address);

        await visit.GoAsync("/sources");
        await visit.Expect(visit.Page.Locator("main")).ToContainTextAsync("set Secrets__SIGNING_SECRET");
        await visit.Expect(visit.Page.Locator("main")).ToContainTextAsync("Did you mean \"preset\"?");
        await visit.Expect(visit.Page.Locator("main")).ToContainTextAsync("does not run");

        await visit.GoAsync("/");
        await visit.Expect(visit.Page.Locator("#overview")).ToContainTextAsync("The source broken does not run");
        await visit.Expect(visit.Page.Locator("#overview")).ToContainTextAsync("The secret signing-secret of the source people is missing.");
    }

    [Fact]
    public async Task A_sample_is_copied()
    {
        await using var world = await ConsoleWorld.StartAsync();
        await using var visit = await chromium.VisitAsync(world.Address, new BrowserNewContextOptions { Permissions = ["clipboard-read", "clipboard-write"] });

        await visit.GoAsync("/sources");
        await visit.Role(AriaRole.Button, "Copy").ClickAsync();

        await visit.Expect(visit.Role(AriaRole.Button, "Copied")).ToBeVisibleAsync();
        Assert.StartsWith("curl -H ", await visit.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()"), StringComparison.Ordinal);
    }
}
