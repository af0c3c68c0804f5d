using System.Text.RegularExpressions;
using Console.Tests.Support;
using Microsoft.Playwright;
using Server.Commands;
using Server.Tests.Support;
using UserSync.Secrets;

namespace Console.Tests.Pages;

/// <summary>The path that the README lays for a newcomer, step by step, with the source that ships.</summary>
public sealed partial class NewcomerTests(Chromium chromium) : IDisposable
{
    private const string Secret = "anything-you-like";

    private const string Delivery = """
        {
          "id": "event_1", "event": "dsync.user.updated", "created_at": "2026-01-31T12:00:00Z",
          "data": { "email": "ada@example.com", "first_name": "Ada", "last_name": "Lovelace", "state": "active", "custom_attributes": { "crm_user_id": "42" } }
        }
        """;

    private static readonly string Variable = ConfigurationSecretStore.VariableFor("workos-signing-secret");

    private readonly DirectoryInfo sources = Directory.CreateTempSubdirectory("console-newcomer-");
    private readonly CapturedConsole console = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, null);
        sources.Delete(recursive: true);
        console.Dispose();
    }

    [Fact]
    public async Task From_the_first_start_to_the_replay_of_a_dead_letter()
    {
        // Start the server.
        Environment.SetEnvironmentVariable(Variable, $"{Secret}\n");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Shipped", "sources", "workos.json"), Path.Combine(sources.FullName, "workos.json"));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var serving = CommandLine.RunAsync(["--sandbox", "--url", "http://127.0.0.1:0", "--sources", sources.FullName], console.Ansi, stop.Token);
        var mend = await PrintedAsync(serving, Mend());
        var address = new Uri((await PrintedAsync(serving, Listens())) + "/");
        await using (var visit = await chromium.VisitAsync(address))
        {
            await PlayAsync(visit);
            await SendAndWatchAsync(visit);
            await BreakAndReplayAsync(visit, await PrintedAsync(serving, Break()), mend);
        }

        await stop.CancelAsync();
        Assert.Equal(0, await serving);
    }

    /// <summary>Open the playground, paste a delivery, adjust the mapping, save it.</summary>
    private static async Task PlayAsync(Visit visit)
    {
        await visit.GoAsync("/");
        await visit.Role(AriaRole.Link, "Playground").ClickAsync();
        await visit.Page.GetByLabel("Delivery").FillAsync(Delivery);
        await visit.Expect(visit.Page.Locator("#result")).ToContainTextAsync("\"name\": \"Ada Lovelace\"");
        await SaveNameAsync(visit, "join(', ', [data.last_name, data.first_name])");
        await visit.Expect(visit.Page.Locator("#result")).ToContainTextAsync("Lovelace, Ada");
    }

    /// <summary>Send a signed delivery, watch it arrive and be applied.</summary>
    private static async Task SendAndWatchAsync(Visit visit)
    {
        var command = await SampleAsync(visit);
        await visit.Role(AriaRole.Link, "Events", exact: true).ClickAsync();
        await visit.Expect(visit.Page.Locator("#events")).ToContainTextAsync("No event fits.");
        Assert.Equal(200, await SendAsync(command));
        await visit.Expect(visit.Page.Locator("tbody .badge")).ToHaveTextAsync("applied");
        await visit.Page.Locator("tbody a").ClickAsync();
        await visit.Role(AriaRole.Button, "Reveal personal data").ClickAsync();
        await visit.Expect(visit.Page.Locator("#story")).ToContainTextAsync("\"name\": \"Lovelace, Ada\"");
    }

    /// <summary>Break Truto, see the dead letter, mend Truto, replay it.</summary>
    private static async Task BreakAndReplayAsync(Visit visit, string @break, string mend)
    {
        await visit.GoAsync("/playground");
        await SaveNameAsync(visit, "data.first_name");
        Assert.Equal(204, await SendAsync(@break));
        Assert.Equal(502, await SendAsync(await SampleAsync(visit)));
        await visit.Role(AriaRole.Link, "Overview").ClickAsync();
        await visit.Role(AriaRole.Link, "1 event waits among the dead letters.").ClickAsync();
        await visit.Expect(visit.Page.Locator("#groups")).ToContainTextAsync("1 × reauthentication-required");

        Assert.Equal(204, await SendAsync(mend));
        await visit.Role(AriaRole.Button, "What would happen").ClickAsync();
        await visit.Expect(visit.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("1 would be sent to Truto");
        await visit.Role(AriaRole.Button, "Replay it").ClickAsync();
        await visit.Expect(visit.Page.Locator("#groups")).ToContainTextAsync("There are no dead letters.");
        await visit.Role(AriaRole.Link, "See what becomes of them").ClickAsync();
        await visit.Expect(visit.Page.Locator("tbody .badge")).ToHaveTextAsync(["applied", "applied"]);
    }

    private static async Task SaveNameAsync(Visit visit, string expression)
    {
        var settings = visit.Page.GetByLabel("workos.json");
        var changed = NameRule().Replace(await settings.InputValueAsync(), $"\"name\": \"{expression}\"");
        await settings.FillAsync(changed);
        await visit.Role(AriaRole.Button, "Save and use it").ClickAsync();
        await visit.Expect(visit.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Saved, and in use");
    }

    private static async Task<string> SampleAsync(Visit visit)
    {
        await visit.Role(AriaRole.Link, "Sources").ClickAsync();
        return await visit.Page.Locator("#sample-workos").InnerTextAsync();
    }

    private static async Task<int> SendAsync(string command)
    {
        using var http = new HttpClient();
        using var request = await Shell.CurlAsync(command, Cancel);
        using var answer = await http.SendAsync(request, Cancel);
        return (int)answer.StatusCode;
    }

    private async Task<string> PrintedAsync(Task serving, Regex line)
    {
        while (true)
        {
            if (line.Match(console.Text) is { Success: true } match)
            {
                return match.Groups["text"].Value;
            }

            Assert.False(serving.IsCompleted, "The server has stopped.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancel);
        }
    }

    [GeneratedRegex("\"name\": \"[^\"]*\"", RegexOptions.None, 1000)]
    private static partial Regex NameRule();

    [GeneratedRegex("listens on (?<text>http://[0-9.:]+);", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Listens();

    [GeneratedRegex("break it: (?<text>curl .*)\n", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Break();

    [GeneratedRegex("mend it:  (?<text>curl .*)\n", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Mend();
}
