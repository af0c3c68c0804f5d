using UserSync.Directories;
using UserSync.Ledger;
using UserSync.Outcomes;
using UserSync.Queue;

namespace Stores.Tests.Contract;

/// <summary>What the contracts have in common. A store derives from each contract, and passes its fixture.</summary>
public abstract class StoreContract(IStoreFixture fixture) : IAsyncLifetime
{
    /// <summary>How long a test waits at the most for what happens at once.</summary>
    protected static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected IStoreFixture Fixture => fixture;

    protected IChangeQueue Queue => fixture.Stores.Queue;

    protected ILedgerStore Ledgers => fixture.Stores.Ledgers;

    protected IOutcomeStore Outcomes => fixture.Stores.Outcomes;

    protected IDirectoryStore Directories => fixture.Stores.Directories;

    protected DateTimeOffset Now => fixture.Now;

    public ValueTask InitializeAsync() => fixture.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await fixture.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
