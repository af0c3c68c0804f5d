using Console.Tests.Support;
using Microsoft.Playwright;
using UserSync.Configuration;
using UserSync.Previews;

namespace Console.Tests.Pages;

public sealed class PlaygroundTests(Chromium chromium)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_patch_follows_the_mapping_and_the_delivery_while_one_types()
    {
        await using var world = await ConsoleWorld.StartAsync();
        await using var visit = await chromium.VisitAsync(world.Address, new BrowserNewContextOptions { Permissions = ["clipboard-read", "clipboard-write"] });
        await visit.GoAsync("/playground?source=hr");
        var settings = visit.Page.GetByLabel("hr.json");
        var result = visit.Page.Locator("#result");

        await visit.Page.GetByLabel("Delivery").FillAsync("""{ "id": "x", "user": "7", "email": "a@example.com", "name": "Ada", "boss": "Grace" }""");
        await visit.Expect(result).ToContainTextAsync("PATCH /unified/crm/users/7");
        await visit.Expect(result).ToContainTextAsync("ADA");

        await settings.FillAsync((await settings.InputValueAsync()).Replace("\"name\": \"name\"", "\"name\": \"boss\"", StringComparison.Ordinal));
        await visit.Expect(result).ToContainTextAsync("\"name\": \"Grace\"");

        await settings.FillAsync((await settings.InputValueAsync()).Replace("\"boss\"", "\"to_number(\"", StringComparison.Ordinal));
        await visit.Expect(result).ToContainTextAsync("$.map.name");

        await settings.FillAsync((await settings.InputValueAsync()).Replace("\"to_number(\"", "\"length(boss)\"", StringComparison.Ordinal));
        await visit.Expect(result.Locator("tr.bad")).ToContainTextAsync("length(boss)");
        await visit.Expect(result.Locator("tr.bad")).ToContainTextAsync("where a text is expected");

        await settings.FillAsync((await settings.InputValueAsync())
            .Replace("\"length(boss)\"", "\"boss\"", StringComparison.Ordinal)
            .Replace("\"planhat\"", "\"salesforce\"", StringComparison.Ordinal));
        await visit.Expect(result).ToContainTextAsync("salesforce requires first_name on every update");

        await visit.Role(AriaRole.Button, "Copy the JSON").ClickAsync();
        await visit.Expect(visit.Role(AriaRole.Button, "Copied")).ToBeVisibleAsync();
        Assert.Equal(await settings.InputValueAsync(), await visit.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()"));
    }

    [Fact]
    public async Task Without_script_a_button_shows_the_same()
    {
        await using var world = await ConsoleWorld.StartWithAsync([ConsoleWorld.Signed("people")]);
        await using var visit = await chromium.VisitAsync(world.Address, new BrowserNewContextOptions { JavaScriptEnabled = false });

        await visit.GoAsync("/playground");
        await visit.Page.Locator("select[name=source]").SelectOptionAsync("people");
        await visit.Role(AriaRole.Button, "Load it").ClickAsync();
        await visit.Expect(visit.Page.Locator("#result")).ToContainTextAsync("Ada Lovelace");
        await visit.Page.GetByLabel("Delivery").FillAsync("no JSON");
        await visit.Role(AriaRole.Button, "Show what becomes of it").ClickAsync();

        await visit.Expect(visit.Page.Locator("#result")).ToContainTextAsync("not JSON");
    }

    [Fact]
    public async Task A_stored_event_is_picked_and_that_is_logged()
    {
        await using var world = await ConsoleWorld.StartAsync();
        await world.ChangeAsync("stored", "stored@example.com");
        await using var visit = await chromium.VisitAsync(world.Address);

        await visit.GoAsync("/playground?source=hr");
        await visit.Page.GetByLabel("Stored event").SelectOptionAsync("stored");
        await visit.Role(AriaRole.Button, "Use it").ClickAsync();

        await visit.Expect(visit.Page.Locator("#result")).ToContainTextAsync("stored@example.com");
        Assert.Contains(world.Log.All, line => line.Contains("personal data of event hr/stored in the playground", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_it_is_allowed_a_mapping_is_saved_and_used_at_once()
    {
        await using var world = await ConsoleWorld.StartAsync(("Console:SaveSources", "true"));
        await using var visit = await chromium.VisitAsync(world.Address);
        await visit.GoAsync("/playground?source=hr");
        var settings = visit.Page.GetByLabel("hr.json");
        var before = await settings.InputValueAsync();

        await settings.FillAsync(before.Replace("upper(name)", "upper(name", StringComparison.Ordinal));
        await visit.Role(AriaRole.Button, "Save and use it").ClickAsync();
        await visit.Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("It was not saved");
        await settings.FillAsync(before.Replace("upper(name)", "lower(name)", StringComparison.Ordinal));
        await visit.Role(AriaRole.Button, "Save and use it").ClickAsync();
        await visit.Expect(visit.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Saved, and in use");

        Assert.Contains("lower(name)", await File.ReadAllTextAsync(Path.Combine(world.Folder, "hr.json"), Cancel), StringComparison.Ordinal);
        Assert.Equal(["hr.json"], Directory.EnumerateFiles(world.Folder).Select(Path.GetFileName));
        var update = await world.Outcomes.FindUpdateAsync((await world.ChangeAsync("low", "low@example.com")).Conclusion.UpdateId!, Cancel);
        Assert.Equal("ada lovelace", update!.Patch.GetProperty("custom_fields").GetProperty("shout").GetString());
    }

    [Fact]
    public async Task What_works_is_saved_as_a_mapping_test_that_passes()
    {
        await using var world = await ConsoleWorld.StartAsync(("Console:SaveSources", "true"));
        await using var visit = await chromium.VisitAsync(world.Address);
        await visit.GoAsync("/playground?source=hr");

        await visit.Role(AriaRole.Button, "Save as a mapping test").ClickAsync();
        await visit.Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Say what the test is about");
        await visit.Page.GetByLabel("Delivery").FillAsync("""{ "id": "t", "user": "7", "email": "a@example.com" }""");
        await visit.Page.GetByLabel("What this shows").FillAsync("../A new e-mail");
        await visit.Role(AriaRole.Button, "Save as a mapping test").ClickAsync();
        await visit.Expect(visit.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Saved as hr.tests/a-new-e-mail.json");
        await visit.Page.GetByLabel("What this shows").FillAsync("A new e-mail");
        await visit.Role(AriaRole.Button, "Save as a mapping test").ClickAsync();
        await visit.Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("is there already");

        var findings = new Findings();
        var test = Assert.Single(MappingTestFiles.Read(world.Folder, "hr", findings));
        Assert.Empty(findings);
        Assert.True(test.Run(world.Sources.Find("hr")!).IsPassed);
    }

    [Fact]
    public async Task Otherwise_saving_is_neither_offered_nor_done()
    {
        await using var world = await ConsoleWorld.StartAsync();
        await using var visit = await chromium.VisitAsync(world.Address);
        await visit.GoAsync("/playground?source=hr");
        await visit.Expect(visit.Role(AriaRole.Button, "Save and use it")).ToHaveCountAsync(0);

        await visit.Page.Locator("button[value=show]").EvaluateAsync("button => { button.value = 'save'; }");
        await visit.Page.GetByLabel("hr.json").FillAsync("{}");
        await visit.Page.Locator("button[value=save]").ClickAsync();

        await visit.Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("This server saves no settings");
        Assert.Contains("upper(name)", await File.ReadAllTextAsync(Path.Combine(world.Folder, "hr.json"), Cancel), StringComparison.Ordinal);
    }
}
