using System.Globalization;

namespace UserSync.Azure.Queue;

/// <summary>
/// When a message was put on the queue. The service says so in whole seconds, cut off; what is told here is the end of that second, so
/// that what a message says does not happen after it was received.
/// </summary>
public static class InsertionTime
{
    /// <summary>What the Functions host calls it in the metadata of a trigger.</summary>
    public const string MetadataName = "InsertionTime";

    /// <summary>Reads it as the Functions host hands it over: a time, or its text, as JSON or bare.</summary>
    /// <param name="metadata">What the host says; <see langword="null"/> for nothing.</param>
    /// <returns>The time; <see langword="null"/> where it is not said.</returns>
    public static DateTimeOffset? Read(object? metadata) => metadata switch
    {
        DateTimeOffset time => EndOfSecond(time),
        string text when DateTimeOffset.TryParse(
            text.AsSpan().Trim('"'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) => EndOfSecond(time),
        _ => null,
    };

    /// <summary>The end of the second that the service says.</summary>
    /// <param name="time">What the service says.</param>
    internal static DateTimeOffset EndOfSecond(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerSecond) + TimeSpan.TicksPerSecond - 1, TimeSpan.Zero);
}
