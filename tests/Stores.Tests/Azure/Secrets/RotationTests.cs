using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Truto.Sandbox;
using UserSync;
using UserSync.Azure.Secrets;
using UserSync.Outcomes;
using UserSync.Processing;
using UserSync.Secrets;
using UserSync.Sources;

namespace Stores.Tests.Azure.Secrets;

/// <summary>The whole way from the delivery to Truto, over the account and the vault.</summary>
public sealed class RotationTests(AzuriteServer server) : AzureTest(server)
{
    private const int Turns = 4;
    private const int Count = 20;

    private readonly FakeTimeProvider vaultClock = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task A_rotated_token_and_an_outage_of_the_vault_under_load_lose_no_event_and_let_nothing_in_that_is_not_genuine()
    {
        var truto = new SandboxTruto(TimeProvider.System, new SandboxOptions { Limits = SandboxLimits.Off, Tokens = ["old-token"] });
        truto.PutAccount(new SandboxAccount(SignedSource.Account, "planhat"));
        for (var i = 0; i < Turns * Count; i++)
        {
            truto.PutUser(SignedSource.Account, new SandboxUser($"{i}"));
        }

        await using var sandbox = await SandboxServer.StartAsync(truto, cancellationToken: Cancellation);
        using var vault = new FakeVault(vaultClock);
        vault.Set(SignedSource.Secret, "signing");
        vault.Set(TrutoTarget.DefaultTokenSecret, "old-token");
        var folder = Directory.CreateTempSubdirectory("source");
        await using var services = await ServicesAsync(folder, sandbox, vault);
        using var worker = ActivatorUtilities.CreateInstance<QueueWorker>(services);
        await worker.StartAsync(Cancellation);

        await DeliverAsync(services, 0);
        await UntilAppliedAsync(Count);

        // The vault is down, and the token is rotated nevertheless.
        vault.Refuse(HttpStatusCode.InternalServerError, "Down");
        vaultClock.Advance(TimeSpan.FromHours(1));
        await DeliverAsync(services, 1);
        vault.Set(TrutoTarget.DefaultTokenSecret, "new-token");
        truto.RevokeToken("old-token");
        truto.AddToken("new-token");
        await DeliverAsync(services, 2);

        vault.Recover();
        await UntilAppliedAsync(3 * Count, TimeSpan.FromSeconds(10));

        // Rotated once more, while what is known is still fresh: only that Truto refuses it says so.
        vaultClock.Advance(CachedSecret.ShortestInterval);
        vault.Set(TrutoTarget.DefaultTokenSecret, "newest-token");
        truto.RevokeToken("new-token");
        truto.AddToken("newest-token");
        await DeliverAsync(services, 3);
        await UntilAppliedAsync(Turns * Count);
        await worker.StopAsync(Cancellation);
        folder.Delete(recursive: true);

        Assert.All(
            Enumerable.Range(0, Turns * Count),
            i => Assert.Equal($"u{i}@example.com", truto.Find(SignedSource.Account, $"{i}")?.Email));
        Assert.Equal(Turns * Count, (await ListAsync(new OutcomeFilter())).Count);

        // Of both secrets: read at first, tried in vain while the vault was down, and read again; one of them once more.
        Assert.InRange(vault.Requests.Count, 4, Count);
    }

    /// <summary>Delivers genuine events, and as many forged ones.</summary>
    private static async Task DeliverAsync(IServiceProvider services, int turn)
    {
        var ids = Enumerable.Range(turn * Count, Count).ToList();
        var genuine = ids.Select(id => SignedSource.DeliverAsync(services, $"{id}", "signing", Cancellation));
        var forged = ids.Select(id => SignedSource.DeliverAsync(services, $"f{id}", "forged", Cancellation));

        Assert.All(await Task.WhenAll(genuine), status => Assert.Equal(200, status));
        Assert.All(await Task.WhenAll(forged), status => Assert.Equal(401, status));
    }

    private async Task<ServiceProvider> ServicesAsync(DirectoryInfo folder, SandboxServer sandbox, FakeVault vault)
    {
        await SignedSource.WriteAsync(folder, Cancellation);
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Sources:Folder"] = folder.FullName,
            ["Truto:BaseAddress"] = sandbox.BaseAddress.ToString(),
            ["Processing:FirstDelay"] = "00:00:00.5",
            ["Processing:MaxDelay"] = "00:00:01",
            ["Processing:MaxAttempts"] = "100",
            ["Limits:Enabled"] = "false",
        };
        var secrets = KeyVaultSecretStore.Open(
            new KeyVaultOptions { Uri = vault.Address },
            vaultClock,
            NullLogger<KeyVaultSecretStore>.Instance,
            new FakeIdentity(),
            vault.Transport);
        return new ServiceCollection()
            .AddLogging()
            .AddUserSync(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .AddSingleton<ISecretStore>(secrets)
            .AddSingleton(Stores.Queue)
            .AddSingleton(Stores.Ledgers)
            .AddSingleton(Stores.Outcomes)
            .AddSingleton(Stores.Directories)
            .BuildServiceProvider();
    }

    /// <summary>Waits, while the vault's clock goes on by so much at a time.</summary>
    private async Task UntilAppliedAsync(int count, TimeSpan step = default)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        bound.CancelAfter(TimeSpan.FromMinutes(2));
        while ((await ListAsync(new OutcomeFilter(Status: OutcomeStatus.Applied))).Count < count)
        {
            vaultClock.Advance(step);
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, bound.Token);
        }
    }

    private async Task<IReadOnlyList<Outcome>> ListAsync(OutcomeFilter filter) =>
        (await Stores.Outcomes.ListAsync(filter, null, 1000, Cancellation)).Outcomes;
}
