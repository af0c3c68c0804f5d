namespace UserSync.Mapping;

/// <summary>What the unified schema wants in a field.</summary>
internal enum FieldType
{
    /// <summary>A text.</summary>
    Text,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>An object whose members are fields of their own.</summary>
    Map,
}
