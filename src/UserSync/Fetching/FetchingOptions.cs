namespace UserSync.Fetching;

/// <summary>The bounds of fetching records from source systems.</summary>
public sealed class FetchingOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Fetching";

    /// <summary>How long one fetch may take with all that belongs to it: an access token, and a second try with a new one.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The largest record, in bytes, after decompression.</summary>
    public int MaxRecordBytes { get; set; } = 1024 * 1024;

    /// <summary>The deepest nesting of a record.</summary>
    public int MaxDepth { get; set; } = 64;

    /// <summary>
    /// How far apart two fetches of the same record are at the least. An event that comes in between waits, and with it all others for
    /// the same person: however many they are, they cost one fetch.
    /// </summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a record is kept for events that were received before it was asked for, and to ask the source system only whether it
    /// has changed since. Not shorter than <see cref="Interval"/>.
    /// </summary>
    public TimeSpan CacheTime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How much memory the kept records may take, in bytes. Room for four of the largest at the least.</summary>
    public long CacheBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>
    /// How far the clocks of instances may be apart. A kept record counts as asked for after an event was received only where it was so
    /// by more than this.
    /// </summary>
    public TimeSpan ClockDifference { get; set; } = TimeSpan.Zero;
}
