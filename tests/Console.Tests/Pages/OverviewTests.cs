using System.Net;
using Console.Tests.Support;
using Microsoft.Playwright;

namespace Console.Tests.Pages;

public sealed class OverviewTests(Chromium chromium)
{
    [Fact]
    public async Task The_overview_shows_what_happened_and_what_needs_a_person_and_follows_it()
    {
        await using var world = await ConsoleWorld.StartAsync();
        await using var visit = await chromium.VisitAsync(world.Address);
        await visit.GoAsync("/");
        await visit.Expect(visit.Page.Locator("#overview")).ToContainTextAsync("Nothing. Everything that could be applied has been.");

        await world.ChangeAsync("good", "good@example.com");
        await world.ChangeAsync("lost", "lost@example.com", user: "nobody");
        await world.DeliverAsync("{}", token: "somebody else", HttpStatusCode.Unauthorized);

        await visit.Expect(visit.Page.Locator("#overview")).ToContainTextAsync("1 event waits among the dead letters.");
        await visit.Expect(visit.Page.Locator("#overview")).ToContainTextAsync("1 delivery was refused in the last hour");
        await visit.Expect(visit.Page.GetByRole(AriaRole.Img, new PageGetByRoleOptions { Name = "Deliveries a minute" }))
            .ToHaveAttributeAsync("aria-label", "Deliveries a minute, the last hour by minute. taken: 2 in all; refused: 1 in all");
        await visit.Expect(visit.Page.GetByRole(AriaRole.Img, new PageGetByRoleOptions { Name = "Events that ended, a minute" }))
            .ToHaveAttributeAsync("aria-label", "Events that ended, a minute, the last hour by minute. applied: 1 in all; skipped: 0 in all; failed or dead-lettered: 1 in all");
        await visit.Expect(visit.Page.GetByRole(AriaRole.Img, new PageGetByRoleOptions { Name = "How long updates took" })).ToBeVisibleAsync();
        await visit.Expect(visit.Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Rate limits" })).ToContainTextAsync("of 50 in 10 s");

        await visit.Role(AriaRole.Link, "1 event waits among the dead letters.").ClickAsync();
        await visit.Expect(visit.Page.Locator("#groups")).ToContainTextAsync("not-found");
    }

    [Fact]
    public async Task The_numbers_lead_to_the_events()
    {
        await using var world = await ConsoleWorld.StartAsync();
        await world.ChangeAsync("good", "good@example.com");
        await using var visit = await chromium.VisitAsync(world.Address, new BrowserNewContextOptions { JavaScriptEnabled = false });

        await visit.GoAsync("/");
        await visit.Role(AriaRole.Link, "1 applied").ClickAsync();

        await visit.Expect(visit.Role(AriaRole.Link, "good")).ToBeVisibleAsync();
    }
}
