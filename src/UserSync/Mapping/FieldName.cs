namespace UserSync.Mapping;

/// <summary>The name of one field of a patch: <c>email</c>, or <c>custom_fields.tier</c>.</summary>
/// <param name="Root">The name in the unified schema.</param>
/// <param name="Key">The key inside <c>custom_fields</c> or <c>remote_data</c>; <see langword="null"/> for all other fields.</param>
public readonly record struct FieldName(string Root, string? Key = null)
{
    /// <inheritdoc/>
    public override string ToString() => Key is null ? Root : $"{Root}.{Key}";
}
