using UserSync.Outcomes;

namespace UserSync.Tests.Support;

/// <summary>What became of events, read from a store.</summary>
internal sealed class RecordedOutcomes(IOutcomeStore store)
{
    // Nothing here takes so long on any machine.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Waits until so many events have ended, and none is open.</summary>
    internal async Task<IReadOnlyList<Conclusion>> EndedAsync(int count)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while (true)
        {
            var all = await AllAsync();
            if (all.Count >= count && all.All(conclusion => conclusion.Status != OutcomeStatus.Received))
            {
                return all;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
        }
    }

    internal async Task<IReadOnlyList<Conclusion>> AllAsync()
    {
        var all = new List<Conclusion>();
        string? cursor = null;
        do
        {
            var page = await store.ListAsync(new OutcomeFilter(), cursor, 500, TestContext.Current.CancellationToken);
            all.AddRange(page.Outcomes.Select(outcome => outcome.Conclusion));
            cursor = page.Cursor;
        }
        while (cursor is not null);

        return all;
    }
}
