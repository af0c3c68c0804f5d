using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Moq;
using UserSync;
using UserSync.Directories;
using UserSync.Ledger;
using UserSync.Outcomes;
using UserSync.Queue;
using UserSync.Secrets;

namespace Stores.Tests.Azure.Secrets;

/// <summary>What the door does with secrets from the vault.</summary>
public sealed class VaultDoorTests : VaultTest, IAsyncLifetime
{
    private readonly Mock<IChangeQueue> queue = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("source");
    private ServiceProvider services = null!;

    private int Taken => queue.Invocations.Count;

    public async ValueTask InitializeAsync()
    {
        await SignedSource.WriteAsync(folder, Cancellation);
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Sources:Folder"] = folder.FullName };
        services = new ServiceCollection()
            .AddLogging()
            .AddUserSync(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .AddSingleton<ISecretStore>(Store)
            .AddSingleton(queue.Object)
            .AddSingleton(Mock.Of<IOutcomeStore>())
            .AddSingleton(Mock.Of<ILedgerStore>())
            .AddSingleton(Mock.Of<IDirectoryStore>())
            .BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        folder.Delete(recursive: true);
        Dispose();
    }

    [Fact]
    public async Task A_thousand_deliveries_cost_one_read_of_the_secret_and_one_of_its_versions()
    {
        Vault.Set(SignedSource.Secret, "s1");

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 1000).Select(i => Task.Run(() => DeliverAsync($"{i}", i % 10 == 0 ? "forged" : "s1"), Cancellation)));

        Assert.Equal([(200, 900), (401, 100)], answers.CountBy(answer => answer).Select(pair => (pair.Key, pair.Value)).Order());
        Assert.Equal([$"/secrets/{SignedSource.Secret}", $"/secrets/{SignedSource.Secret}/versions"], Vault.Requests);
    }

    [Fact]
    public async Task A_rotation_drops_no_delivery()
    {
        Vault.Set(SignedSource.Secret, "s1");
        Assert.Equal(200, await DeliverAsync("1", "s1"));
        Clock.Advance(TimeSpan.FromDays(30));
        Vault.Set(SignedSource.Secret, "s2");

        // As long as the sender has not changed over, and after it has.
        Clock.Advance(2 * Options.RefreshAfter);
        Assert.Equal(200, await DeliverAsync("2", "s1"));
        Assert.Equal(200, await DeliverAsync("3", "s2"));
        Clock.Advance(Options.Overlap);
        Assert.Equal(200, await DeliverAsync("4", "s2"));
        Assert.Equal(401, await DeliverAsync("5", "s1"));
    }

    [Fact]
    public async Task While_the_vault_is_down_genuine_deliveries_are_taken_and_no_others()
    {
        Vault.Set(SignedSource.Secret, "s1");
        Assert.Equal(200, await DeliverAsync("1", "s1"));
        Vault.Refuse(HttpStatusCode.InternalServerError, "Down");
        Clock.Advance(Options.KeepFor - TimeSpan.FromSeconds(1));

        Assert.Equal(200, await DeliverAsync("2", "s1"));
        Assert.Equal(401, await DeliverAsync("3", "forged"));
        Assert.Equal(2, Taken);
    }

    [Theory]
    [InlineData("s1")]
    [InlineData("forged")]
    [InlineData("")]
    public async Task When_nobody_knows_the_secret_any_more_the_sender_has_to_come_again(string secret)
    {
        Vault.Set(SignedSource.Secret, "s1");
        await DeliverAsync("1", "s1");
        Vault.Refuse(HttpStatusCode.BadRequest, "Down");
        Clock.Advance(Options.KeepFor);

        Assert.Equal(503, await DeliverAsync("2", secret));
        Assert.Equal(1, Taken);

        Vault.Recover();
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, await DeliverAsync("2", "s1"));
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("disabled")]
    [InlineData("empty")]
    public async Task Without_a_usable_secret_nothing_is_taken(string state)
    {
        if (state != "missing")
        {
            Vault.Set(SignedSource.Secret, state == "empty" ? string.Empty : "s1").IsEnabled = state == "empty";
        }

        Assert.Equal(503, await DeliverAsync("1", "s1"));
        Assert.Equal(503, await DeliverAsync("1", string.Empty));
        Assert.Equal(0, Taken);
    }

    private Task<int> DeliverAsync(string id, string secret) => SignedSource.DeliverAsync(services, id, secret, Cancellation);
}
