namespace UserSync.Fetching;

/// <summary>What was fetched, and when.</summary>
/// <param name="Result">What came of it.</param>
/// <param name="AsOf">When it was asked for.</param>
/// <param name="Validators">What the source system recognizes this version of the record by.</param>
/// <param name="Size">How many bytes the record has.</param>
internal sealed record KnownRecord(FetchResult Result, DateTimeOffset AsOf, Validators? Validators, int Size)
{
    public override string ToString() => Result.ToString();
}
