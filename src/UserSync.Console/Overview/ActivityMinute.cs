using System.Runtime.InteropServices;

namespace UserSync.Console.Overview;

/// <summary>What happened in one minute.</summary>
/// <param name="At">When the minute began.</param>
/// <param name="Valid">Deliveries that were genuine.</param>
/// <param name="Refused">Deliveries that were not taken.</param>
/// <param name="Applied">Events that Truto took.</param>
/// <param name="Skipped">Events with which there was nothing to do.</param>
/// <param name="Failed">Events that ended without being applied.</param>
/// <param name="Median">How long half of the updates took at the most, in seconds; <see langword="null"/> where there was none.</param>
/// <param name="Slow">How long 95 of 100 took at the most.</param>
/// <param name="QueueAge">How long ago the oldest event that was looked at had been received, in seconds.</param>
/// <param name="Waits">How often an event was told to wait for a rate limit.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ActivityMinute(
    DateTimeOffset At, int Valid, int Refused, int Applied, int Skipped, int Failed, double? Median, double? Slow, double? QueueAge, int Waits);
