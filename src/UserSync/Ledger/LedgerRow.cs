namespace UserSync.Ledger;

/// <summary>A ledger as it was read.</summary>
/// <param name="Ledger">The ledger.</param>
/// <param name="Version">The version to write on; <see langword="null"/> where the store has no ledger of this user.</param>
public sealed record LedgerRow(UserLedger Ledger, string? Version)
{
    /// <summary>Who is updating the user, wherever the store keeps that; <see langword="null"/> for nobody.</summary>
    public Lease? Lease { get; init; } = Ledger.Lease;

    /// <summary>Whether somebody is updating the user.</summary>
    /// <param name="now">The time.</param>
    public bool IsLeased(DateTimeOffset now) => Lease is not null && Lease.Until > now;

    /// <summary>Whether a lease is the one that counts.</summary>
    /// <param name="lease">The lease.</param>
    public bool IsHeldBy(Lease lease)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return Lease?.Owner == lease.Owner;
    }

    /// <summary>The row of a user of whom nothing is known.</summary>
    public static readonly LedgerRow None = new(UserLedger.Empty, null);
}
