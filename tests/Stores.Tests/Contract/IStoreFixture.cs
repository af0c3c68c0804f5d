namespace Stores.Tests.Contract;

/// <summary>A store under test and its clock. Every test has its own, which is empty when the test begins.</summary>
public interface IStoreFixture : IAsyncLifetime
{
    /// <summary>The store.</summary>
    StoreSet Stores { get; }

    /// <summary>What the store's clock says.</summary>
    DateTimeOffset Now { get; }

    /// <summary>Lets time pass: advances the clock, or waits where the clock is a real one.</summary>
    /// <param name="time">How long; two seconds at most, because it may be a real wait.</param>
    ValueTask PassAsync(TimeSpan time);

    /// <summary>Opens the same data once more, as another process does. What is open already stays open.</summary>
    ValueTask<StoreSet> ReopenAsync();
}
