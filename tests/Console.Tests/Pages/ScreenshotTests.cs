using System.Net;
using System.Text.Json;
using Console.Tests.Support;
using Microsoft.Playwright;
using Truto.Sandbox;

namespace Console.Tests.Pages;

/// <summary>The pictures in <c>docs/console</c>: made again with <c>USERSYNC_SCREENSHOTS=1</c>.</summary>
public sealed class ScreenshotTests(Chromium chromium)
{
    private static readonly string[] People = ["Ada Lovelace", "Grace Hopper", "Katherine Johnson", "Radia Perlman", "Barbara Liskov", "Edith Clarke"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_page_in_light_and_dark()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("USERSYNC_SCREENSHOTS") == "1", "Set USERSYNC_SCREENSHOTS=1 to make the pictures in docs/console again.");
        await using var world = await ConsoleWorld.StartWithAsync(
            [ConsoleWorld.Signed("people")], ("Secrets:signing-secret", "wos_secret_of_the_pictures"), ("Console:SaveSources", "true"));
        await FillAsync(world);
        var folder = Directory.CreateDirectory(Path.Combine(Chromium.Metadata("Repository"), "docs", "console")).FullName;
        foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        {
            await using var visit = await chromium.VisitAsync(world.Address, new BrowserNewContextOptions { ColorScheme = scheme, ViewportSize = new ViewportSize { Width = 1180, Height = 780 } });
            foreach (var (name, path) in ((string, string)[])
                [("overview", "/"), ("events", "/events"), ("event", "/event?source=hr&id=evt_0105"), ("dead-letters", "/dead-letters"), ("sources", "/sources"), ("playground", "/playground?source=hr")])
            {
                await visit.Page.SetViewportSizeAsync(1180, name == "playground" ? 1080 : 780);
                await visit.GoAsync(path);
                await TakeAsync(visit, folder, name, scheme);
            }
        }

        await using var phone = await chromium.VisitAsync(
            world.Address, new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 390, Height = 780 }, IsMobile = true, HasTouch = true });
        await phone.GoAsync("/events");
        await TakeAsync(phone, folder, "phone", ColorScheme.Light);
        await using var locked = await ConsoleWorld.StartAsync(("Secrets:operator-key", "key"));
        foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        {
            await using var visit = await chromium.VisitAsync(locked.Address, new BrowserNewContextOptions { ColorScheme = scheme, ViewportSize = new ViewportSize { Width = 1180, Height = 480 } });
            await visit.GoAsync("/sign-in");
            await TakeAsync(visit, folder, "sign-in", scheme);
        }
    }

    private static async Task TakeAsync(Visit visit, string folder, string name, ColorScheme scheme) =>
        await visit.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}-{(scheme == ColorScheme.Dark ? "dark" : "light")}.png") });

    private static async Task FillAsync(ConsoleWorld world)
    {
        for (var i = 0; i < People.Length; i++)
        {
            world.Truto.PutUser(ConsoleWorld.Account, new SandboxUser($"{40 + i}"));
        }

        const int Count = 110;
        for (var i = 0; i < Count; i++)
        {
            // An hour's worth, more of it now and then.
            world.Clock.Offset = TimeSpan.FromMinutes(-58.0 * (Count - i) / Count * (0.75 + (0.25 * Math.Sin(i / 9.0))));
            var (person, user) = (People[i % People.Length], $"{40 + (i % People.Length)}");
            var id = $"evt_{i:D4}";
            object change = i % 19 == 4
                ? new { id, type = "user.updated", user = "9000", email = "nobody@example.com", name = person }
                : i % 31 == 6
                    ? new { id, type = "user.updated", user, email = new { work = "moved" }, name = person }
                    : new { id, type = "user.updated", user, email = $"{person.Split(' ')[0]}{i / 12}@example.com", name = person };
            await world.DeliverAsync(JsonSerializer.Serialize(change));
            await world.EndedAsync(id);
        }

        world.Clock.Offset = TimeSpan.Zero;
        await world.DeliverAsync("{}", token: "not the token", HttpStatusCode.Unauthorized);
        Assert.NotNull(await world.Outcomes.FindAsync("hr", "evt_0105", Cancel));
    }
}
