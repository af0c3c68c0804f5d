namespace UserSync.Ledger;

/// <summary>
/// Keeps the ledgers of all users. Every write is conditional on what was read: that is all the coordination that workers on any
/// number of machines need.
/// </summary>
public interface ILedgerStore
{
    /// <summary>Reads a user's ledger.</summary>
    /// <param name="user">The user.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The ledger and the version to write on; the empty ledger without a version where nothing is known.</returns>
    ValueTask<LedgerRow> ReadAsync(UserKey user, CancellationToken cancellationToken);

    /// <summary>Writes a user's ledger, where the version that was read still stands.</summary>
    /// <param name="user">The user.</param>
    /// <param name="ledger">The new ledger.</param>
    /// <param name="version">The version that was read; <see langword="null"/> where there was none.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>
    /// The version that it has now; <see langword="null"/> where nothing was written, because somebody else was faster: then the ledger has
    /// to be read again.
    /// </returns>
    ValueTask<string?> TryWriteAsync(UserKey user, UserLedger ledger, string? version, CancellationToken cancellationToken);
}
