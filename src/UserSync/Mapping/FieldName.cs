namespace UserSync.Mapping;

/// <summary>The name of one field of a patch: <c>email</c>, or <c>custom_fields.tier</c>.</summary>
/// <param name="Root">The name in the unified schema.</param>
/// <param name="Key">The key inside <c>custom_fields</c> or <c>remote_data</c>; <see langword="null"/> for all other fields.</param>
public readonly record struct FieldName(string Root, string? Key = null) : IComparable<FieldName>
{
    /// <summary>Orders names by their UTF-16 code units; a map as a whole comes before its keys.</summary>
    /// <param name="other">The other name.</param>
    public int CompareTo(FieldName other) =>
        string.CompareOrdinal(Root, other.Root) is not 0 and var order ? order : string.CompareOrdinal(Key, other.Key);

    /// <summary>Whether the left name comes first.</summary>
    /// <param name="left">The left name.</param>
    /// <param name="right">The right name.</param>
    public static bool operator <(FieldName left, FieldName right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left name comes last.</summary>
    /// <param name="left">The left name.</param>
    /// <param name="right">The right name.</param>
    public static bool operator >(FieldName left, FieldName right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left name does not come last.</summary>
    /// <param name="left">The left name.</param>
    /// <param name="right">The right name.</param>
    public static bool operator <=(FieldName left, FieldName right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left name does not come first.</summary>
    /// <param name="left">The left name.</param>
    /// <param name="right">The right name.</param>
    public static bool operator >=(FieldName left, FieldName right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public override string ToString() => Key is null ? Root : $"{Root}.{Key}";
}
