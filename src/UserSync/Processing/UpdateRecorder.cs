using UserSync.Ledger;
using UserSync.Outcomes;

namespace UserSync.Processing;

/// <summary>
/// Records updates where ledgers and outcomes have nothing in common: one step after the other, so that whatever is there refers only to
/// what is there too.
/// </summary>
/// <param name="ledgers">The ledgers.</param>
/// <param name="outcomes">The outcomes.</param>
public sealed class UpdateRecorder(ILedgerStore ledgers, IOutcomeStore outcomes) : IUpdateRecorder
{
    /// <inheritdoc/>
    public async ValueTask<bool> TryRecordAsync(
        Update update,
        UserLedger ledger,
        string? version,
        IReadOnlyList<Conclusion> ended,
        Outcome? received,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(update);
        await outcomes.SaveAsync(update, cancellationToken);
        if (await ledgers.TryWriteAsync(new UserKey(update.Account, update.UserId), ledger, version, cancellationToken) is null)
        {
            return false;
        }

        if (received is not null)
        {
            await outcomes.ReceiveAsync([received], cancellationToken);
        }

        await outcomes.ConcludeAsync(ended, cancellationToken);
        return true;
    }
}
