using System.Buffers;
using System.Text;
using System.Text.Json;
using Console.Tests.Support;
using Microsoft.Playwright;

namespace Console.Tests.Pages;

/// <summary>Events hold what others wrote. Nothing of it runs, reorders a page, or makes it unusable.</summary>
public sealed class HostileTests(Chromium chromium)
{
    private const string Script = "<script>alert(1)</script><img src=x onerror=alert(2)>'\"><svg onload=alert(3)>";
    private const string Reversed = "safe\u202Etxt.exe\u2066hidden\u2069\u200F";

    private static readonly SearchValues<char> Hidden = SearchValues.Create("\u202E\u2066\u2069\u200F\0\u001B");

    private static readonly string[] Pages = ["/", "/events", "/dead-letters", "/sources", "/playground?source=hr"];

    [Fact]
    public async Task Hostile_events_are_shown_harmlessly_on_every_page()
    {
        await using var world = await ConsoleWorld.StartAsync();
        var ids = new List<string>();
        foreach (var text in (string[])[Script, Reversed, "javascript:alert(4)", "../../event?x=1&y=#z", "a\u0000b\u001B[31mred"])
        {
            ids.Add(text);
            await world.DeliverAsync(Event(text, text));
        }

        await world.DeliverAsync(Event("large", new string('ü', 30_000)));
        ids.Add("large");
        await world.DeliverAsync("""{ "id": "halves", "type": "\ud83d", "user": "42", "email": "\udc00@example.com", "name": "\ud83dx", "\ud800key": "v" }""");
        ids.Add("halves");
        foreach (var id in ids)
        {
            await world.EndedAsync(id);
        }

        await using var visit = await chromium.VisitAsync(world.Address);
        foreach (var page in Pages)
        {
            await visit.GoAsync(page);
            await AssertHarmlessAsync(visit);
        }

        foreach (var id in ids)
        {
            await visit.GoAsync($"/event?source=hr&id={Uri.EscapeDataString(id)}");
            await AssertHarmlessAsync(visit);
            await visit.Role(AriaRole.Button, "Reveal personal data").ClickAsync();
            await visit.Expect(visit.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("has been logged");
            await AssertHarmlessAsync(visit);
            await visit.Role(AriaRole.Button, "Dry run").ClickAsync();
            await AssertHarmlessAsync(visit);
        }

        await visit.GoAsync($"/event?source=hr&id={Uri.EscapeDataString(Reversed)}");
        Assert.Contains(@"safe\u202Etxt.exe\u2066hidden\u2069\u200F", await visit.TextAsync(), StringComparison.Ordinal);
        await visit.GoAsync($"/event?source=hr&id=large");
        await visit.Role(AriaRole.Button, "Reveal personal data").ClickAsync();
        await visit.Expect(visit.Page.Locator("#story")).ToContainTextAsync("… (30000 characters)");
    }

    [Fact]
    public async Task An_event_of_a_megabyte_does_not_make_its_page_large()
    {
        await using var world = await ConsoleWorld.StartAsync();
        await world.DeliverAsync($$"""{ "id": "long", "user": "42", "name": "{{new string('x', 1_000_000)}}" }""");
        await world.EndedAsync("long");
        await world.DeliverAsync($$"""{ "id": "wide", "user": "42", "list": [{{string.Join(',', Enumerable.Range(0, 100_000))}}] }""");
        await world.EndedAsync("wide");
        await using var visit = await chromium.VisitAsync(world.Address);

        foreach (var id in (string[])["long", "wide"])
        {
            await visit.GoAsync($"/event?source=hr&id={id}");
            Assert.InRange((await visit.Page.ContentAsync()).Length, 0, 100_000);
        }
    }

    [Fact]
    public async Task Hostile_text_in_the_playground_is_only_text()
    {
        await using var world = await ConsoleWorld.StartAsync();
        await using var visit = await chromium.VisitAsync(world.Address);
        await visit.GoAsync("/playground?source=hr");

        await visit.Page.GetByLabel("Delivery").FillAsync(Event(Script, $"</textarea>{Script}"));
        await visit.Expect(visit.Page.Locator("#result")).ToContainTextAsync("</textarea><script>alert(1)</script>");
        await visit.Page.GetByLabel("hr.json").FillAsync($$"""{ {{JsonSerializer.Serialize(Script)}}: 1 }""");
        await visit.Role(AriaRole.Button, "Show what becomes of it").ClickAsync();
        await visit.Expect(visit.Page.Locator("#result")).ToContainTextAsync("is not a setting");

        await AssertHarmlessAsync(visit);
    }

    private static string Event(string id, string text) => Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(
        new Dictionary<string, string>(StringComparer.Ordinal) { ["id"] = id, ["type"] = text, ["user"] = "42", ["email"] = text, ["name"] = text, [text] = text }));

    /// <summary>No element is the sender's, and nothing that reorders or hides is on the page. What ran would show a dialog.</summary>
    private static async Task AssertHarmlessAsync(Visit visit)
    {
        Assert.Equal(0, await visit.Page.Locator("main script, main img, [onload], [onerror], a[href^=javascript]").CountAsync());
        var text = await visit.Page.Locator("main :not(textarea):not(option)").AllInnerTextsAsync();
        Assert.DoesNotContain(text, part => part.AsSpan().ContainsAny(Hidden));
    }
}
