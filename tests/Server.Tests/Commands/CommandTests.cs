using Server.Commands;
using Server.Tests.Support;
using UserSync.Sources;

namespace Server.Tests.Commands;

public sealed class CommandTests
{
    private readonly CapturedConsole console = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Demo_shows_every_step_and_succeeds()
    {
        var exit = await RunAsync("demo");

        Assert.Equal(0, exit);
        console.AssertHas("11 of 11 went as they should.");
        for (var step = 1; step <= 11; step++)
        {
            Assert.Contains(console.Lines, line => line.StartsWith($"{step}. ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Presets_lists_every_preset()
    {
        var exit = await RunAsync("presets");

        Assert.Equal(0, exit);
        Assert.All(Presets.All, preset =>
        {
            var row = Assert.Single(console.Lines, line => line.Split('│') is [_, var name, ..] && name.Trim() == preset.Name);
            Assert.Contains(preset.Vendor, row, StringComparison.Ordinal);
            Assert.Contains(preset.Scheme, row, StringComparison.Ordinal);
            Assert.Contains(preset.Secret, row, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Map_shows_the_patch_and_which_expression_made_each_field()
    {
        using var file = Body("workos");

        var exit = await MapAsync("workos", file.Path);

        Assert.Equal(0, exit);
        console.AssertHas("event event_01KDX2VQ0J6Y9T6Q3W6Y9T6Q3W dsync.user.updated at 2025-12-31T23:59:58.649Z");
        console.AssertHas("PATCH user directory_user_01FAEAJCR3ZBZ30D8BD1924TVG of account 5a17e000-0000-4000-8000-");
        AssertRow("email", "\"amelia.ortiz@example.com\"", "data.email");
        AssertRow("first_name", "\"Amelia\"", "data.first_name");
        AssertRow("remote_data.IsActive", "false", "data.state");
    }

    [Fact]
    public async Task Map_reads_headers_from_the_command_line()
    {
        using var file = Body("shopify");

        var exit = await MapAsync("shopify", file.Path, "-H", "X-Shopify-Event-Id: my-event", "-H", "X-Shopify-Topic: customers/update");

        Assert.Equal(0, exit);
        console.AssertHas("event my-event customers/update");
        AssertRow("email", "\"amelia.ortiz@example.com\"", "email");
    }

    [Fact]
    public async Task Map_says_that_an_event_is_skipped()
    {
        using var file = Body("shopify");

        var exit = await MapAsync("shopify", file.Path, "-H", "X-Shopify-Topic: orders/create");

        Assert.Equal(0, exit);
        console.AssertHas("skipped: the source's \"when\" does not take it");
    }

    [Fact]
    public async Task Map_names_every_problem_and_fails()
    {
        using var file = Body("standard-webhooks");

        var exit = await MapAsync("standard-webhooks", file.Path);

        Assert.Equal(1, exit);
        console.AssertHas("user: the expression data.id gave null where the CRM user's id is expected");
    }

    [Fact]
    public async Task Map_fails_where_the_body_is_not_understood()
    {
        using var file = Body("github");

        Assert.Equal(1, await MapAsync("github", file.Path));
        console.AssertHas("the body is not JSON (line 1, byte 1)");
    }

    [Fact]
    public async Task Map_fails_for_a_source_that_is_not_there()
    {
        using var file = Body("workos");

        Assert.Equal(1, await MapAsync("workoz", file.Path));
        console.AssertHas("There is no source \"workoz\" that can run. There are: ");
        console.AssertHas("auth0-event-stream, ");
    }

    [Fact]
    public async Task Map_fails_for_a_file_that_is_not_there()
    {
        Assert.Equal(1, await MapAsync("workos", "/nowhere/body.json"));
        console.AssertHas("There is no file /nowhere/body.json.");
    }

    [Fact]
    public async Task Check_succeeds_where_nothing_is_wrong_and_names_secrets_without_a_value()
    {
        var exit = await RunAsync("check", "--sources", Path.Combine(RecordedDelivery.Folder, "sources"));

        Assert.Equal(0, exit);
        console.AssertHas($"{RecordedDelivery.All.Count} sources can run, 0 errors.");
        console.AssertHas("warning sources/workos.json $: the secret workos-secret has no value here. Set Secrets__WORKOS_SECRET");
    }

    [Fact]
    public async Task Check_fails_with_every_error_of_every_file_at_once()
    {
        using var folder = new SourceFolder(
            ("one", SourceFolder.Minimal("""
                "preset": "workoss", "secrets": ["a secret value"]
                """)),
            ("two", """
                { "preset": "okta", "reply": "wait", "account": "1", "provider": "sugar", "user": "a..b", "map": { "mail": "x" } }
                """),
            ("three", "{"),
            ("Four", "{}"));

        var exit = await RunAsync("check", "--sources", folder.Path);

        Assert.Equal(1, exit);
        var errors = console.Lines.Count(line => line.StartsWith("error ", StringComparison.Ordinal));
        console.AssertHas("one.json $.preset: there is no preset \"workoss\". Did you mean \"workos\"?");
        console.AssertHas("one.json $.secrets[0]: it is not the name of a secret.");
        console.AssertHas("two.json $.account: it is not a UUID.");
        console.AssertHas("two.json $.provider: \"sugar\" is not known here.");
        console.AssertHas("two.json $.user: it is not a JMESPath expression");
        console.AssertHas("two.json $.map.mail: \"mail\" is not a setting. Did you mean \"email\"?");
        console.AssertHas("two.json $.secrets: no secret is named");
        console.AssertHas("three.json $ (line 1, column 2): it is not JSON");
        console.AssertHas("Four.json $: the file's name");
        console.AssertHas($"0 sources can run, {errors} errors.");
        Assert.DoesNotContain("a secret value", console.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_fails_where_there_is_no_folder()
    {
        Assert.Equal(1, await RunAsync("check", "--sources", "/nowhere"));
        console.AssertHas("error /nowhere $: there is no such folder. Create it, or name another one.");
    }

    private static TemporaryFile Body(string delivery) => new(RecordedDelivery.Find(delivery).Body);

    private Task<int> RunAsync(params string[] args) => CommandLine.RunAsync(args, console.Ansi, Cancel);

    private Task<int> MapAsync(string source, string file, params string[] more) =>
        RunAsync(["map", source, file, "--sources", Path.Combine(RecordedDelivery.Folder, "sources"), .. more]);

    private void AssertRow(string field, string value, string expression) => Assert.Contains(
        console.Lines,
        line => line.Split('│').Select(cell => cell.Trim()).SequenceEqual([field, value, expression], StringComparer.Ordinal));

    private sealed class TemporaryFile : IDisposable
    {
        public TemporaryFile(byte[] content) => File.WriteAllBytes(Path, content);

        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
