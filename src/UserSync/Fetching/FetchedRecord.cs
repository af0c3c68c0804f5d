using System.Text.Json;

namespace UserSync.Fetching;

/// <summary>The whole user as the source system had it.</summary>
/// <param name="Data">The source system's JSON; undefined where it has no such record.</param>
/// <param name="AsOf">
/// When it was asked for. What the source system had changed by then is in it; what it changed later may or may not be.
/// </param>
/// <param name="IsGone">Whether the source system says that there is no such user any more.</param>
public sealed record FetchedRecord(JsonElement Data, DateTimeOffset AsOf, bool IsGone = false)
{
    // What a parsed record takes beside its text.
    private const int Overhead = 1024;

    /// <summary>The time; never the record.</summary>
    public override string ToString() => IsGone ? $"gone as of {AsOf:O}" : $"as of {AsOf:O}";

    /// <summary>About how much memory a record takes: its text, and an index of what is where in it.</summary>
    internal static long SizeOf(int bytes) => (2L * bytes) + Overhead;
}
