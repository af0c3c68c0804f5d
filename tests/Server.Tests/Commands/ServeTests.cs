using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Server.Commands;
using Server.Tests.Support;
using UserSync.Secrets;
using UserSync.Sources;

namespace Server.Tests.Commands;

/// <summary>What a newcomer does first: start the server with an in-memory Truto, and paste what it prints.</summary>
public sealed partial class ServeTests : IDisposable
{
    private const string Secret = "whsec_c2VjcmV0LW9mLXRoZS1zZXJ2ZS10ZXN0cw==";
    private const string SecretName = "serve-tests-secret";

    private readonly CapturedConsole console = new();

    // Who reads a file into a variable may get a new line with it.
    public ServeTests() => Environment.SetEnvironmentVariable(ConfigurationSecretStore.VariableFor(SecretName), $"{Secret}\n");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Environment.SetEnvironmentVariable(ConfigurationSecretStore.VariableFor(SecretName), null);

    [Fact]
    public async Task Serve_with_a_sandbox_prints_samples_that_work()
    {
        // Every preset whose sender signs with a shared secret, so that a sample does not give it away.
        var presets = Presets.All.Where(preset => preset.Scheme is "hmac" or "digest").Select(preset => preset.Name).ToList();
        using var folder = new SourceFolder(presets.Select(preset => (preset, Source(preset))));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);

        string[] args = ["serve", "--sandbox", "--url", "http://127.0.0.1:0", "--sources", folder.Path];
        var serving = CommandLine.RunAsync(args, console.Ansi, stop.Token);
        await WrittenAsync(serving, () => console.Text.Split("curl ").Length > presets.Count && console.Text.EndsWith('\n'));
        using var http = new HttpClient();
        var answers = new List<string>();
        foreach (var sample in console.Lines.Where(line => line.TrimStart().StartsWith("curl ", StringComparison.Ordinal)))
        {
            using var request = Parse(sample);
            using var response = await http.SendAsync(request, Cancel);
            answers.Add($"{request.RequestUri!.Segments[^1]} {(int)response.StatusCode} {UserIn(await Answer.OfAsync(response, Cancel))}");
        }

        await stop.CancelAsync();
        Assert.Equal(0, await serving);
        Assert.Equal(presets.Select(preset => $"{preset} 200 42"), answers);
        Assert.DoesNotContain(Secret, console.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_is_what_happens_without_a_command_and_says_what_is_missing()
    {
        using var folder = new SourceFolder(
            ("lonely", Source("workos").Replace(SecretName, "nobody-set-this", StringComparison.Ordinal)),
            ("token", Source("okta")));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);

        string[] args = ["--url", "http://127.0.0.1:0", "--sources", folder.Path, "--sandbox"];
        var serving = CommandLine.RunAsync(args, console.Ansi, stop.Token);
        await WrittenAsync(serving, () => console.Text.Contains("curl ", StringComparison.Ordinal) && console.Text.EndsWith('\n'));

        console.AssertHas("secret nobody-set-this is missing: set Secrets__NOBODY_SET_THIS");
        console.AssertHas($"secret {SecretName} is set");

        // A sample that had to show the secret shows a placeholder.
        console.AssertHas($"Authorization: {SampleDelivery.SecretPlaceholder}");
        Assert.DoesNotContain(Secret, console.Text, StringComparison.Ordinal);
        await stop.CancelAsync();
        Assert.Equal(0, await serving);
    }

    private static string Source(string preset) => $$"""
        {
          "preset": "{{preset}}", "secrets": ["{{SecretName}}"], "reply": "wait", "publicUrl": "https://hooks.example.test/in/{{preset}}",
          "account": "5a17e000-0000-4000-8000-{{Presets.All.TakeWhile(known => known.Name != preset).Count():D12}}",
          "provider": "onepagecrm", "user": "user.id", "map": { "email": "user.email" }
        }
        """;

    /// <summary>The user that was updated, or whatever was answered instead.</summary>
    private static string UserIn(Answer answer) => answer.Status != 200 ? answer.Body
        : answer.Json.ValueKind == JsonValueKind.Array ? $"{answer.Json[0].GetProperty("user")}"
        : answer.Json.TryGetProperty("id", out var id) ? $"{id}"
        : answer.Body;

    private static async Task WrittenAsync(Task serving, Func<bool> isWritten)
    {
        while (!isWritten() && !serving.IsCompleted)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancel);
        }

        Assert.False(serving.IsCompleted, "The server has stopped.");
    }

    /// <summary>Reads a command as a shell does: words in single quotes, a quote inside as '\''.</summary>
    private static HttpRequestMessage Parse(string command)
    {
        var words = Word().Matches(command)
            .Select(match => match.Value.Replace("'\\''", "\u0001", StringComparison.Ordinal).Trim('\'').Replace('\u0001', '\''))
            .ToList();
        Assert.Equal("curl", words[0]);
        var body = Encoding.UTF8.GetBytes(words[words.IndexOf("-d") + 1]);
        var request = new HttpRequestMessage(HttpMethod.Post, words[^1]) { Content = new ByteArrayContent(body) };
        foreach (var (_, header) in words.Zip(words.Skip(1)).Where(pair => pair.First == "-H"))
        {
            var pair = header.Split(':', 2, StringSplitOptions.TrimEntries);
            if (!request.Headers.TryAddWithoutValidation(pair[0], pair[1]))
            {
                request.Content.Headers.TryAddWithoutValidation(pair[0], pair[1]);
            }
        }

        return request;
    }

    [GeneratedRegex(@"[^\s']+|'([^']|'\\'')*'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Word();
}
