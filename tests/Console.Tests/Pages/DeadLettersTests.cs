using Console.Tests.Support;
using Microsoft.Playwright;
using Truto.Sandbox;
using UserSync.Outcomes;

namespace Console.Tests.Pages;

public sealed class DeadLettersTests(Chromium chromium)
{
    [Fact]
    public async Task Dead_letters_are_grouped_by_cause_and_all_of_a_group_are_replayed_with_a_progress_bar()
    {
        await using var world = await ConsoleWorld.StartAsync();
        await FailAsync(world, 60);
        await world.DeliverAsync("""{ "id": "unmapped", "user": "42", "email": { "not": "a text" } }""");
        await world.EndedAsync("unmapped");
        await using var visit = await chromium.VisitAsync(world.Address);

        await visit.GoAsync("/dead-letters");
        var group = visit.Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "60 × not-found" });
        await visit.Expect(group).ToContainTextAsync("The CRM has no such user");
        await visit.Expect(visit.Page.Locator("#groups")).ToContainTextAsync("1 × mapping-failed");
        await group.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "What would happen" }).ClickAsync();
        await visit.Expect(visit.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("60 would be sent to Truto");

        world.Truto.PutUser(ConsoleWorld.Account, new SandboxUser("newcomer"));
        await visit.Role(AriaRole.Button, "Replay all 60").ClickAsync();

        await visit.Expect(visit.Page.Locator("#progress")).ToContainTextAsync("60 of 60 put on the queue");
        await visit.Expect(visit.Page.Locator("#progress progress")).ToHaveAttributeAsync("value", "60");
        await visit.Expect(visit.Page.Locator("#groups")).Not.ToContainTextAsync("not-found");
        for (var i = 0; i < 60; i++)
        {
            Assert.NotEqual(OutcomeStatus.Failed, (await world.EndedAsync($"f-{i}")).Conclusion.Status);
        }

        Assert.Equal("f59@example.com", world.Truto.Find(ConsoleWorld.Account, "newcomer")!.Email);
    }

    [Fact]
    public async Task Without_script_a_replay_goes_on_a_page_at_a_time_and_what_fails_again_is_not_replayed_twice()
    {
        await using var world = await ConsoleWorld.StartAsync();
        await FailAsync(world, 60);
        await using var visit = await chromium.VisitAsync(world.Address, new BrowserNewContextOptions { JavaScriptEnabled = false });

        await visit.GoAsync("/dead-letters");
        await visit.Role(AriaRole.Button, "Replay all 60").ClickAsync();
        await visit.Expect(visit.Page.Locator("#progress")).ToContainTextAsync("50 of 60 put on the queue");
        for (var i = 10; i < 60; i++)
        {
            await world.EndedAsync($"f-{i}");
        }

        await visit.Role(AriaRole.Button, "Go on").ClickAsync();
        await visit.Expect(visit.Page.Locator("#progress")).ToContainTextAsync("60 of 60 put on the queue");
        await visit.Expect(visit.Page.Locator("#replaying")).ToContainTextAsync("Replayed");
    }

    [Fact]
    public async Task A_single_dead_letter_is_replayed_from_its_own_page()
    {
        await using var world = await ConsoleWorld.StartAsync();
        await FailAsync(world, 1);
        await using var visit = await chromium.VisitAsync(world.Address);

        await visit.GoAsync("/dead-letters");
        await visit.Page.GetByText("The event", new PageGetByTextOptions { Exact = true }).ClickAsync();
        await visit.Role(AriaRole.Link, "f-0").ClickAsync();
        world.Truto.PutUser(ConsoleWorld.Account, new SandboxUser("newcomer"));
        await visit.Role(AriaRole.Button, "Replay").ClickAsync();

        await visit.Expect(visit.Page.Locator("#outcome .badge")).ToHaveTextAsync("applied");
        await visit.GoAsync("/dead-letters");
        await visit.Expect(visit.Page.Locator("#groups")).ToContainTextAsync("There are no dead letters.");
    }

    private static async Task FailAsync(ConsoleWorld world, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await world.DeliverAsync($$"""{ "id": "f-{{i}}", "user": "newcomer", "email": "f{{i}}@example.com" }""");
        }

        for (var i = 0; i < count; i++)
        {
            await world.EndedAsync($"f-{i}");
        }
    }
}
