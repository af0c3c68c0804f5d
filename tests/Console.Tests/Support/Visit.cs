using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Console.Tests.Support;

/// <summary>
/// One operator in front of the console. When it ends, nothing may have been asked of any other origin, and the browser may not have had
/// anything to complain about.
/// </summary>
internal sealed class Visit : IAsyncDisposable
{
    private readonly IBrowserContext context;
    private readonly ConcurrentQueue<string> complaints = new();

    private Visit(IBrowserContext context, IPage page, Uri address)
    {
        this.context = context;
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                complaints.Enqueue($"{message.Type}: {message.Text} ({message.Location})");
            }
        };
        page.PageError += (_, error) => complaints.Enqueue($"page error: {error}");
        page.Dialog += (_, dialog) =>
        {
            complaints.Enqueue($"dialog: {dialog.Message}");
            _ = dialog.DismissAsync();
        };
        context.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(address.ToString(), StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
            {
                complaints.Enqueue($"request: {request.Url}");
            }
        };
    }

    public IPage Page { get; }

    public static async Task<Visit> StartAsync(IBrowserContext context, Uri address) => new(context, await context.NewPageAsync(), address);

    /// <summary>Goes to a page.</summary>
    public async Task GoAsync(string path) => Assert.Equal(200, (await Page.GotoAsync(path))!.Status);

    /// <summary>An element by its role and its name.</summary>
    public ILocator Role(AriaRole role, string name, bool exact = false) => Page.GetByRole(role, new PageGetByRoleOptions { Name = name, Exact = exact });

    /// <summary>What a reader sees.</summary>
    public Task<string> TextAsync() => Page.Locator("main").InnerTextAsync();

    /// <summary>Waits for what is expected of an element of this page.</summary>
    public ILocatorAssertions Expect(ILocator locator)
    {
        Assert.Same(Page, locator.Page);
        return Assertions.Expect(locator);
    }

    /// <summary>Forgives what was complained about: the test is about it.</summary>
    public IReadOnlyList<string> TakeComplaints()
    {
        var taken = complaints.ToArray();
        complaints.Clear();
        return taken;
    }

    public async ValueTask DisposeAsync()
    {
        await context.DisposeAsync();
        Assert.Empty(complaints);
    }
}
