using System.Globalization;

namespace UserSync.Sqlite.Database;

/// <summary>Which start of the machine this is: what was in memory at another is lost.</summary>
internal static class MachineStart
{
    private const string LinuxId = "/proc/sys/kernel/random/boot_id";

    private static readonly TimeSpan Precision = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The same for all processes until the machine starts again. Where the system has no id for it, it is the time of the start: clocks are
    /// set and drift, so it may also be another although the machine has not started again, but never the other way round.
    /// </summary>
    internal static string Id { get; } = File.Exists(LinuxId)
        ? File.ReadAllText(LinuxId).Trim()
        : ((TimeProvider.System.GetUtcNow().UtcTicks - TimeSpan.FromMilliseconds(Environment.TickCount64).Ticks) / Precision.Ticks)
            .ToString(CultureInfo.InvariantCulture);
}
