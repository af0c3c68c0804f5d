using System.Globalization;

namespace UserSync.Console.Presentation;

/// <summary>Durations in the unit in which people think of them.</summary>
public static class Durations
{
    /// <summary>A duration, for example <c>230 ms</c>, <c>4.2 s</c>, <c>12 min</c>.</summary>
    /// <param name="time">The duration.</param>
    public static string Of(TimeSpan time) => time switch
    {
        { Ticks: < 0 } => "0 ms",
        { TotalSeconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms"),
        { TotalMinutes: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s"),
        { TotalHours: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min"),
        { TotalDays: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays:0} days"),
    };
}
