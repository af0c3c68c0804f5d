using Server.Commands;
using Server.Tests.Support;
using Truto.Sandbox;
using UserSync.Secrets;

namespace Server.Tests.Commands;

/// <summary>The commands that talk to a running server.</summary>
public sealed class OperatorCommandTests : IAsyncLifetime
{
    private const string SecretName = "operator-command-tests-secret";
    private const string Secret = "0c5d1b6f2a";

    private readonly CapturedConsole console = new();
    private readonly SourceFolder folder = new(("planned", SourceFolder.Minimal($$"""
        "verify": { "scheme": "token", "name": "X-Token" }, "secrets": ["{{SecretName}}"], "id": "id"
        """)));

    private ServerWorld? world;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Delivery => Path.Combine(folder.Path, "delivery.body");

    public async ValueTask InitializeAsync()
    {
        // Who reads a file into a variable may get a new line with it.
        Environment.SetEnvironmentVariable(ConfigurationSecretStore.VariableFor(SecretName), $"{Secret}\n");
        await File.WriteAllTextAsync(Delivery, """{ "id": "7", "email": "ada@example.com" }""", Cancel);
        world = await ServerWorld.StartAsync(folder.Path, [KeyValuePair.Create(SecretName, Secret), KeyValuePair.Create("operator-key", "open sesame")]);
        world.Truto.PutUser("5a17e000-0000-4000-8000-00000000f00d", new SandboxUser("7"));
    }

    public async ValueTask DisposeAsync()
    {
        await world!.DisposeAsync();
        folder.Dispose();
        Environment.SetEnvironmentVariable(ConfigurationSecretStore.VariableFor(SecretName), null);
    }

    [Fact]
    public async Task A_delivery_is_signed_and_sent_and_its_outcome_shown_and_replayed()
    {
        Assert.Equal(0, await RunAsync("send", "planned", Delivery, "--sources", folder.Path));
        Assert.Equal("ada@example.com", world!.Truto.Find("5a17e000-0000-4000-8000-00000000f00d", "7")!.Email);

        Assert.Equal(0, await RunAsync("events", "planned", "7", "--key", "open sesame"));
        console.AssertHas("\"outcome\": \"applied\"");
        Assert.Equal(0, await RunAsync("events", "--status", "applied", "--key", "open sesame"));
        console.AssertHas("\"cursor\": null");
        Assert.Equal(0, await RunAsync("replay", "planned", "7", "--dry-run", "--key", "open sesame"));
        console.AssertHas("\"result\": ");
        Assert.Equal(0, await RunAsync("replay", "--status", "applied", "--key", "open sesame"));
        console.AssertHas("\"replayed\": 1");
    }

    [Fact]
    public async Task A_wrong_key_is_said()
    {
        Assert.Equal(1, await RunAsync("events", "--key", "wrong"));
        console.AssertHas("urn:truto-user-sync:problem:not-the-operator");
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_said()
    {
        Assert.Equal(1, await CommandLine.RunAsync(["events", "--server", "http://127.0.0.1:1"], console.Ansi, Cancel));
        console.AssertHas("There is no answer from http://127.0.0.1:1/");
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("ftp://localhost")]
    public async Task What_is_no_address_of_a_server_is_refused(string address) =>
        Assert.NotEqual(0, await CommandLine.RunAsync(["events", "--server", address], console.Ansi, Cancel));

    private Task<int> RunAsync(params string[] args) => CommandLine.RunAsync([.. args, "--server", world!.Address.ToString()], console.Ansi, Cancel);
}
