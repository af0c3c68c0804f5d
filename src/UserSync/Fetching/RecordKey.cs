namespace UserSync.Fetching;

/// <summary>A record: where it is, and for which source, whose credentials decide what there is to see.</summary>
/// <param name="Source">The name of the source.</param>
/// <param name="Address">The address.</param>
internal sealed record RecordKey(string Source, string Address)
{
    /// <summary>The source; never the address, which may hold personal data.</summary>
    public override string ToString() => Source;
}
