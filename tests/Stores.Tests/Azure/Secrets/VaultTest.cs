using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using UserSync.Azure.Secrets;

namespace Stores.Tests.Azure.Secrets;

/// <summary>What tests of secrets have in common: the real client over a vault that is not there, and a clock that stands still.</summary>
public abstract class VaultTest : IDisposable
{
    private protected const string Name = "workos-signing-secret";

    private readonly LogCollector logs = new();
    private readonly Lazy<KeyVaultSecretStore> store;

    protected VaultTest()
    {
        Vault = new FakeVault(Clock);
        Options = new KeyVaultOptions { Uri = Vault.Address };
        store = new(() => KeyVaultSecretStore.Open(Options, Clock, logs.CreateLogger<KeyVaultSecretStore>(), Identity, Vault.Transport));
    }

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    private protected FakeVault Vault { get; }

    private protected FakeIdentity Identity { get; } = new();

    private protected KeyVaultOptions Options { get; }

    private protected LogCollector Logs => logs;

    /// <summary>The store, opened with the options as they are when it is first used.</summary>
    private protected KeyVaultSecretStore Store => store.Value;

    public void Dispose()
    {
        logs.Dispose();
        Vault.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected async Task<IReadOnlyList<string>> GetAsync(string name = Name) => await Store.GetAsync(name, Cancellation);

    private protected bool HasLogged(string text) => Logs.Lines.Any(line => line.StartsWith(text, StringComparison.Ordinal));

    /// <summary>Waits for what happens beside the test, and at once.</summary>
    private protected static async Task UntilAsync(Func<bool> holds)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        bound.CancelAfter(TimeSpan.FromSeconds(30));
        while (!holds())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, bound.Token);
        }
    }
}
