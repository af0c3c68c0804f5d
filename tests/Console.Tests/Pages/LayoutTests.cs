using Console.Tests.Support;
using Microsoft.Playwright;

namespace Console.Tests.Pages;

/// <summary>What goes for every page: keyboard, phone, contrast, names.</summary>
public sealed class LayoutTests(Chromium chromium)
{
    // As WCAG 2.2 defines the ratio (1.4.3): text on the nearest background that is painted.
    private const string LowContrast = """
        () => {
          const channels = text => (text.match(/[\d.]+/g) ?? []).map(Number);
          const light = color => {
            const [r, g, b] = color.slice(0, 3).map(value => value / 255).map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const behind = element => {
            for (let at = element; at; at = at.parentElement) {
              const color = channels(getComputedStyle(at).backgroundColor);
              if (color.length === 3 || color[3] === 1) return color;
            }
            return [255, 255, 255];
          };
          const found = [];
          for (const element of document.querySelectorAll('body *')) {
            const hasText = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
            if (!hasText || element.disabled || element.closest('svg, option, .skip') || !element.getClientRects().length) continue;
            const [a, b] = [light(channels(getComputedStyle(element).color)), light(behind(element))].sort((x, y) => y - x);
            if ((a + 0.05) / (b + 0.05) < 4.5) found.push(`${element.tagName}.${element.className}: ${element.textContent.trim().slice(0, 40)}`);
          }
          return found;
        }
        """;

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Every_text_has_contrast_enough(ColorScheme scheme)
    {
        await using var world = await StartAsync();
        await using var visit = await chromium.VisitAsync(world.Address, new BrowserNewContextOptions { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });

        foreach (var page in Pages)
        {
            await visit.GoAsync(page);
            Assert.Empty(await visit.Page.EvaluateAsync<string[]>(LowContrast));
        }
    }

    [Fact]
    public async Task On_a_phone_every_page_fits_the_screen()
    {
        await using var world = await StartAsync();
        await using var visit = await chromium.VisitAsync(
            world.Address, new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 360, Height = 740 }, IsMobile = true, HasTouch = true });

        foreach (var page in Pages)
        {
            await visit.GoAsync(page);
            Assert.Equal(360, await visit.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
        }
    }

    [Fact]
    public async Task Every_page_has_one_heading_a_title_and_names_for_whatever_can_be_operated()
    {
        await using var world = await StartAsync();
        await using var visit = await chromium.VisitAsync(world.Address);

        foreach (var page in Pages)
        {
            await visit.GoAsync(page);
            Assert.Equal(1, await visit.Page.Locator("h1").CountAsync());
            Assert.EndsWith("· Truto User Sync", await visit.Page.TitleAsync(), StringComparison.Ordinal);
            var nameless = await visit.Page.EvaluateAsync<string[]>("""
                () => [...document.querySelectorAll('button, a, input:not([type=hidden]), select, textarea, pre, meter, progress')]
                  .filter(element => !(element.textContent.trim() || element.getAttribute('aria-label') || element.getAttribute('aria-labelledby') || element.labels?.length))
                  .map(element => element.outerHTML.slice(0, 120))
                """);
            Assert.Empty(nameless);
            Assert.Empty(await visit.Page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('[id]')].map(element => element.id).filter((id, index, all) => all.indexOf(id) !== index)"));
        }
    }

    [Fact]
    public async Task The_console_is_used_with_the_keyboard_alone()
    {
        await using var world = await StartAsync();
        await using var visit = await chromium.VisitAsync(world.Address);
        await visit.GoAsync("/");

        await visit.Page.Keyboard.PressAsync("Tab");
        await visit.Expect(visit.Role(AriaRole.Link, "Skip to the content")).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("Tab");
        await visit.Page.Keyboard.PressAsync("Tab");
        await visit.Expect(visit.Role(AriaRole.Link, "Events", exact: true)).ToBeFocusedAsync();
        Assert.NotEqual("none", await visit.Role(AriaRole.Link, "Events", exact: true).EvaluateAsync<string>("link => getComputedStyle(link).outlineStyle"));
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Expect(visit.Role(AriaRole.Heading, "Events")).ToBeVisibleAsync();

        await visit.Role(AriaRole.Link, "lost").FocusAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Expect(visit.Page.Locator("#outcome")).ToContainTextAsync("failed");
        await visit.Role(AriaRole.Button, "Reveal personal data").FocusAsync();
        await visit.Page.Keyboard.PressAsync("Enter");

        await visit.Expect(visit.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("has been logged");
    }

    private static readonly string[] Pages = ["/", "/events", "/event?source=hr&id=good", "/event?source=hr&id=lost", "/dead-letters", "/sources", "/playground?source=hr"];

    private static async Task<ConsoleWorld> StartAsync()
    {
        var world = await ConsoleWorld.StartWithAsync([ConsoleWorld.Signed("people")]);
        await world.ChangeAsync("good", "good@example.com");
        await world.ChangeAsync("lost", "lost@example.com", user: "nobody");
        return world;
    }
}
