namespace UserSync.Console.DeadLetters;

/// <summary>What waits for somebody to correct a cause.</summary>
/// <param name="Groups">The events by cause, the largest group first.</param>
/// <param name="IsWhole">Whether that is all; otherwise there are more than were looked at.</param>
public sealed record DeadLetterList(IReadOnlyList<DeadGroup> Groups, bool IsWhole)
{
    /// <summary>How many events.</summary>
    public int Count => Groups.Sum(group => group.Count);
}
