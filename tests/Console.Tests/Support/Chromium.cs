using System.Reflection;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Console.Tests.Support.Chromium))]
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Console.Tests.Support;

/// <summary>
/// A real browser: Chromium as the system's packages install it, or the one that <c>USERSYNC_CHROMIUM</c> names. Where there is none, tests
/// that need it are skipped and say so.
/// </summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private IPlaywright? playwright;
    private IBrowser? browser;

    public async ValueTask InitializeAsync()
    {
        if (Find() is not { } path)
        {
            return;
        }

        Environment.SetEnvironmentVariable("PLAYWRIGHT_DRIVER_SEARCH_PATH", Metadata("PlaywrightDriver"));
        Assertions.SetDefaultExpectTimeout((float)TimeSpan.FromSeconds(30).TotalMilliseconds);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = path });
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
    }

    /// <summary>What the build knows.</summary>
    internal static string Metadata(string name) => typeof(Chromium).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == name).Value!;

    /// <summary>Opens a page of its own, with nothing left of other tests.</summary>
    /// <param name="address">Where the console is.</param>
    /// <param name="options">How the browser is to be.</param>
    internal async Task<Visit> VisitAsync(Uri address, BrowserNewContextOptions? options = null)
    {
        Assert.SkipUnless(browser is not null, "There is no Chromium here: apt-get install chromium, or name one in USERSYNC_CHROMIUM.");
        options ??= new BrowserNewContextOptions();
        options.BaseURL = address.ToString();
        options.ViewportSize ??= new ViewportSize { Width = 1280, Height = 860 };
        return await Visit.StartAsync(await browser.NewContextAsync(options), address);
    }

    private static string? Find() =>
        Environment.GetEnvironmentVariable("USERSYNC_CHROMIUM") is { Length: > 0 } named ? named : Array.Find(Places, File.Exists);
}
