using UserSync.Ledger;
using UserSync.Outcomes;

namespace UserSync.Processing;

/// <summary>Records what Truto took: the update, the user's ledger after it, and how the events that rode in it ended.</summary>
public interface IUpdateRecorder
{
    /// <summary>
    /// Records an update, where the version of the ledger that was read still stands. When this returns, all of it is durable; when it
    /// throws, some of it may be: whatever is not, the events' own messages come back for.
    /// </summary>
    /// <param name="update">The update.</param>
    /// <param name="ledger">The user's ledger after it.</param>
    /// <param name="version">The version of the ledger that was read; <see langword="null"/> where there was none.</param>
    /// <param name="ended">How events ended with it.</param>
    /// <param name="received">
    /// One of these events, of which nothing is noted yet, as it was accepted; <see langword="null"/> where all are noted.
    /// </param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>
    /// Whether ledger and ends were written; otherwise somebody else was faster, and the ledger has to be read again. The update may be kept
    /// all the same.
    /// </returns>
    ValueTask<bool> TryRecordAsync(
        Update update,
        UserLedger ledger,
        string? version,
        IReadOnlyList<Conclusion> ended,
        Outcome? received,
        CancellationToken cancellationToken);
}
