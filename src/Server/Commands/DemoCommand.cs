using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Server.Demo;
using Spectre.Console;

namespace Server.Commands;

/// <summary><c>demo</c>: signed deliveries of several vendors, from the door to Truto and back, on this machine alone.</summary>
internal static class DemoCommand
{
    private const int LongestText = 700;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static Command Create(IAnsiConsole console)
    {
        var command = new Command("demo", "Send signed deliveries of several vendors to this server and an in-memory Truto, and show what becomes of them");
        command.SetAction((_, cancellationToken) => RunAsync(console, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(IAnsiConsole console, CancellationToken cancellationToken)
    {
        await using var world = await DemoWorld.StartAsync(cancellationToken);
        using var http = new HttpClient { BaseAddress = world.Address };
        console.MarkupLineInterpolated($"The server listens on {world.Address}, an in-memory Truto stands behind it. Nothing leaves this machine.");
        var now = TimeProvider.System.GetUtcNow();
        var steps = DemoSteps.All(now).ToList();
        var good = 0;
        foreach (var (number, step) in steps.Index())
        {
            good += await RunAsync(console, world, http, number + 1, step, now, cancellationToken) ? 1 : 0;
        }

        console.WriteLine();
        console.MarkupLine(good == steps.Count ? $"[green]{good} of {steps.Count} went as they should.[/]" : $"[red]{good} of {steps.Count} went as they should.[/]");
        return good == steps.Count ? 0 : 1;
    }

    private static async Task<bool> RunAsync(
        IAnsiConsole console, DemoWorld world, HttpClient http, int number, DemoStep step, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var draft = world.Sign(step, now);
        step.Tamper?.Invoke(draft);
        var before = world.Truto.Calls.Total;
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/webhooks/{step.Source}") { Content = new ReadOnlyMemoryContent(draft.Body) };
        foreach (var (name, value) in draft.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await http.SendAsync(request, cancellationToken);
        var answer = await response.Content.ReadAsStringAsync(cancellationToken);
        var outcome = step.Outcome is null ? null : await OutcomeAsync(http, step, cancellationToken);
        var updates = world.Truto.Calls.Where(call => call.Number >= before).ToList();
        var isGood = (int)response.StatusCode == step.Expected && updates.Count == step.Updates
            && (outcome is null || outcome.RootElement.GetProperty("outcome").GetString() == step.Outcome);

        console.WriteLine();
        console.MarkupLineInterpolated($"[bold]{number}. {step.Title}[/]");
        Line(console, "in", "blue", $"POST /api/webhooks/{step.Source}", Encoding.UTF8.GetString(draft.Body.Span));
        foreach (var update in updates)
        {
            Line(console, "patch", "yellow", $"{update.Method} {update.Path}", update.Body ?? string.Empty);
        }

        Line(console, "out", isGood ? "green" : "red", $"{(int)response.StatusCode}{(isGood ? string.Empty : $" instead of {step.Expected}")}", answer);
        if (outcome is not null)
        {
            Line(console, "later", isGood ? "green" : "red", $"GET /api/events/{step.Source}/{step.EventId}", outcome.RootElement.GetRawText());
            outcome.Dispose();
        }

        return isGood;
    }

    /// <summary>Asks, as an operator would, what became of an event, until something has.</summary>
    private static async Task<JsonDocument> OutcomeAsync(HttpClient http, DemoStep step, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        while (true)
        {
            var outcome = JsonDocument.Parse(await http.GetStringAsync($"/api/events/{step.Source}/{step.EventId}", patience.Token));
            if (outcome.RootElement.GetProperty("outcome").GetString() != "received")
            {
                return outcome;
            }

            outcome.Dispose();
            await Task.Delay(Pause, patience.Token);
        }
    }

    private static void Line(IAnsiConsole console, string label, string color, string head, string text)
    {
        console.MarkupLine($"   [{color}]{label,-5}[/] {Markup.Escape(head)}");
        if (text.Length > 0)
        {
            console.Write(new Padder(new Text(Shorten(Compact(text))), new Padding(9, 0, 0, 0)));
        }
    }

    private static string Shorten(string text) => text.Length <= LongestText ? text : string.Concat(text.AsSpan(0, LongestText), " …");

    /// <summary>JSON on one line; anything else as it is.</summary>
    private static string Compact(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            using var buffer = new MemoryStream();
            using (var writer = new Utf8JsonWriter(buffer, Readable))
            {
                document.RootElement.WriteTo(writer);
            }

            return Encoding.UTF8.GetString(buffer.ToArray());
        }
        catch (JsonException)
        {
            return text;
        }
    }
}
