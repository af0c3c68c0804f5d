namespace UserSync.Ledger;

/// <summary>A ledger as it was read.</summary>
/// <param name="Ledger">The ledger.</param>
/// <param name="Version">The version to write on; <see langword="null"/> where the store has no ledger of this user.</param>
public sealed record LedgerRow(UserLedger Ledger, string? Version)
{
    /// <summary>The row of a user of whom nothing is known.</summary>
    public static readonly LedgerRow None = new(UserLedger.Empty, null);
}
