using System.Globalization;
using System.Runtime.InteropServices;

namespace UserSync.Sqlite;

/// <summary>
/// A ledger's version: how often it was written, and in which epoch last. What Truto has of a user whose ledger is of an earlier epoch than
/// the database's is in doubt.
/// </summary>
/// <param name="Number">Both in one number, as it is kept.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LedgerVersion(long Number)
{
    private const int CountBits = 40;

    /// <summary>Makes the version of some ledgers that of no epoch, which is earlier than all. Its parameters: the first and the last slot.</summary>
    internal const string Doubt = "UPDATE ledgers SET version = (version & ((1 << 40) - 1)) + 1 WHERE slot BETWEEN ?1 AND ?2";

    /// <summary>The version of a ledger of which nothing is written yet.</summary>
    internal static readonly LedgerVersion None;

    /// <summary>The epoch.</summary>
    internal long Epoch => Number >> CountBits;

    /// <summary>The version that follows.</summary>
    /// <param name="epoch">The epoch in which it is written.</param>
    internal LedgerVersion Next(long epoch) => new((epoch << CountBits) | ((Number & ((1L << CountBits) - 1)) + 1));

    /// <summary>Reads a version.</summary>
    /// <param name="text">What <see cref="ToString"/> wrote.</param>
    internal static LedgerVersion Parse(string text) => new(long.Parse(text, CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public override string ToString() => Number.ToString(CultureInfo.InvariantCulture);
}
