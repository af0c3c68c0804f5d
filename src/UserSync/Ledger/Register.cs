namespace UserSync.Ledger;

/// <summary>
/// A value of a field with its stamp. Registers are totally ordered: by stamp, and where the stamps are equal (one event id that came
/// with two contents) by the value's JSON text, so that every machine keeps the same one.
/// </summary>
/// <param name="Stamp">The stamp.</param>
/// <param name="Value">The value as compact JSON text.</param>
public sealed record Register(Stamp Stamp, string Value) : IComparable<Register>
{
    /// <inheritdoc/>
    public int CompareTo(Register? other)
    {
        if (other is null)
        {
            return 1;
        }

        var order = Stamp.CompareTo(other.Stamp);
        return order != 0 ? order : string.CompareOrdinal(Value, other.Value);
    }

    /// <summary>Whether the left register is older.</summary>
    /// <param name="left">The left register.</param>
    /// <param name="right">The right register.</param>
    public static bool operator <(Register left, Register right) => Compare(left, right) < 0;

    /// <summary>Whether the left register is newer.</summary>
    /// <param name="left">The left register.</param>
    /// <param name="right">The right register.</param>
    public static bool operator >(Register left, Register right) => Compare(left, right) > 0;

    /// <summary>Whether the left register is not newer.</summary>
    /// <param name="left">The left register.</param>
    /// <param name="right">The right register.</param>
    public static bool operator <=(Register left, Register right) => Compare(left, right) <= 0;

    /// <summary>Whether the left register is not older.</summary>
    /// <param name="left">The left register.</param>
    /// <param name="right">The right register.</param>
    public static bool operator >=(Register left, Register right) => Compare(left, right) >= 0;

    /// <summary>Whether this register is newer than another, or there is no other.</summary>
    /// <param name="other">The other.</param>
    public bool IsNewerThan(Register? other) => CompareTo(other) > 0;

    /// <summary>The stamp; never the value.</summary>
    public override string ToString() => $"{Stamp.Source}/{Stamp.EventId}";

    private static int Compare(Register left, Register right) => left is null ? (right is null ? 0 : -1) : left.CompareTo(right);
}
