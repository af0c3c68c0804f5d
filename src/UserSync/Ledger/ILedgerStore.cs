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

    /// <summary>
    /// Reads a user's ledger for whoever is about to update the user. A store that keeps leases apart from the ledgers takes the lease
    /// first, where nobody has the user, and keeps it until it is released or ends by itself; the row then says that it is held. With
    /// every other store this is the same as reading, and the lease is taken by writing it.
    /// </summary>
    /// <param name="user">The user.</param>
    /// <param name="lease">The lease.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    ValueTask<LedgerRow> ReadToUpdateAsync(UserKey user, Lease lease, CancellationToken cancellationToken) => ReadAsync(user, cancellationToken);

    /// <summary>
    /// Ends a lease that was taken by reading. Whoever sent something under it writes what came of that first: of a lease that ends by
    /// itself, the store takes it that what Truto has of the user is in doubt.
    /// </summary>
    /// <param name="user">The user.</param>
    /// <param name="lease">The lease; where it is not held any more, nothing happens.</param>
    void Release(UserKey user, Lease lease)
    {
        // What is kept in the ledger ends with the ledger.
    }

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
