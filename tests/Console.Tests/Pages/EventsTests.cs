using Console.Tests.Support;
using Microsoft.Playwright;
using UserSync.Outcomes;

namespace Console.Tests.Pages;

public sealed class EventsTests(Chromium chromium)
{
    [Fact]
    public async Task An_event_is_followed_from_the_list_to_its_whole_story_and_shown_and_replayed()
    {
        await using var world = await ConsoleWorld.StartAsync();
        await world.ChangeAsync("e-1", "ada@example.com");
        await using var visit = await chromium.VisitAsync(world.Address);

        await visit.GoAsync("/events");
        await visit.Role(AriaRole.Link, "e-1").ClickAsync();
        await visit.Expect(visit.Page.Locator("#outcome")).ToContainTextAsync("applied");
        var masked = await visit.TextAsync();
        Assert.Contains("name && upper(name)", masked, StringComparison.Ordinal);
        Assert.Contains("PATCH /unified/crm/users/42", masked, StringComparison.Ordinal);
        Assert.DoesNotContain("ada@example.com", await visit.Page.ContentAsync(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Lovelace", await visit.Page.ContentAsync(), StringComparison.OrdinalIgnoreCase);

        await visit.Role(AriaRole.Button, "Reveal personal data").ClickAsync();
        await visit.Expect(visit.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("has been logged");
        var revealed = await visit.TextAsync();
        Assert.Contains("ADA LOVELACE", revealed, StringComparison.Ordinal);
        Assert.Contains("ada@example.com", revealed, StringComparison.Ordinal);
        Assert.Contains(world.Log.All, line => line.Contains("looked at the personal data of event hr/e-1", StringComparison.Ordinal));
        Assert.DoesNotContain(world.Log.All, line => line.Contains("ada@example.com", StringComparison.OrdinalIgnoreCase));

        await visit.Role(AriaRole.Button, "Dry run").ClickAsync();
        await visit.Expect(visit.Page.Locator("#forecast")).ToContainTextAsync("unchanged");
        await visit.Role(AriaRole.Button, "Replay").ClickAsync();
        await visit.Expect(visit.Page.Locator("#outcome .badge")).ToHaveTextAsync("skipped");
        Assert.Equal(SkipReason.Unchanged, (await world.EndedAsync("e-1")).Conclusion.SkipReason);
    }

    [Fact]
    public async Task An_attempt_that_failed_shows_what_was_sent_when_and_what_Truto_said()
    {
        await using var world = await ConsoleWorld.StartAsync();
        await world.ChangeAsync("lost", "lost@example.com", user: "nobody");
        await world.EndedAsync("lost");
        await using var visit = await chromium.VisitAsync(world.Address);

        await visit.GoAsync("/events");
        await visit.Role(AriaRole.Link, "lost").ClickAsync();
        await visit.Expect(visit.Page.Locator("#outcome .badge")).ToHaveTextAsync("failed");
        var masked = await visit.TextAsync();
        Assert.Contains("Attempt 1: not taken", masked, StringComparison.Ordinal);
        Assert.Contains("carried one event", masked, StringComparison.Ordinal);
        Assert.Contains("PATCH /unified/crm/users/nobody", masked, StringComparison.Ordinal);
        Assert.DoesNotContain("lost@example.com", await visit.Page.ContentAsync(), StringComparison.OrdinalIgnoreCase);

        await visit.Role(AriaRole.Button, "Reveal personal data").ClickAsync();
        await visit.Expect(visit.Page.GetByLabel("The patch of attempt 1")).ToContainTextAsync("lost@example.com");
    }

    [Fact]
    public async Task What_arrives_appears_without_loading_the_page_again()
    {
        await using var world = await ConsoleWorld.StartAsync();
        await using var visit = await chromium.VisitAsync(world.Address);

        await visit.GoAsync("/events");
        await visit.Expect(visit.Page.Locator("#events")).ToContainTextAsync("No event fits.");
        await world.ChangeAsync("late", "late@example.com");

        await visit.Expect(visit.Role(AriaRole.Link, "late")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Events_are_found_by_source_outcome_user_and_time_without_script()
    {
        await using var world = await ConsoleWorld.StartAsync();
        await world.ChangeAsync("good", "good@example.com");
        await world.ChangeAsync("lost", "lost@example.com", user: "nobody");
        await using var visit = await chromium.VisitAsync(world.Address, new BrowserNewContextOptions { JavaScriptEnabled = false });

        await visit.GoAsync("/events");
        await visit.Page.GetByLabel("Outcome").SelectOptionAsync("failed");
        await visit.Role(AriaRole.Button, "Show").ClickAsync();
        await visit.Expect(visit.Page.Locator("tbody tr")).ToHaveCountAsync(1);
        await visit.Expect(visit.Page.Locator("tbody tr")).ToContainTextAsync("not-found");

        await visit.Page.GetByLabel("Outcome").SelectOptionAsync("");
        await visit.Page.GetByLabel("CRM user").FillAsync("42");
        await visit.Page.GetByLabel("Source").SelectOptionAsync("hr");
        await visit.Role(AriaRole.Button, "Show").ClickAsync();
        await visit.Expect(visit.Page.Locator("tbody tr")).ToContainTextAsync("good");

        await visit.Page.GetByLabel("Received since").FillAsync("2999-01-01T00:00");
        await visit.Role(AriaRole.Button, "Show").ClickAsync();
        await visit.Expect(visit.Page.Locator("#events")).ToContainTextAsync("No event fits.");

        await visit.GoAsync("/event?source=hr&id=lost");
        await visit.Role(AriaRole.Button, "Reveal personal data").ClickAsync();
        await visit.Expect(visit.Page.Locator("#story")).ToContainTextAsync("lost@example.com");
    }

    [Fact]
    public async Task A_list_goes_on_with_older_events()
    {
        await using var world = await ConsoleWorld.StartAsync();
        for (var i = 0; i < 55; i++)
        {
            await world.DeliverAsync($$"""{ "id": "p-{{i}}", "user": "42", "email": "p{{i}}@example.com" }""");
        }

        await using var visit = await chromium.VisitAsync(world.Address);
        await visit.GoAsync("/events");
        await visit.Expect(visit.Page.Locator("tbody tr")).ToHaveCountAsync(50);
        await visit.Role(AriaRole.Link, "Older events").ClickAsync();
        await visit.Expect(visit.Page.Locator("tbody tr")).ToHaveCountAsync(5);
        await visit.Role(AriaRole.Link, "The latest").ClickAsync();
        await visit.Expect(visit.Page.Locator("tbody tr")).ToHaveCountAsync(50);
    }
}
