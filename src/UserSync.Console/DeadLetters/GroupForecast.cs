namespace UserSync.Console.DeadLetters;

/// <summary>What a replay of a group would do.</summary>
/// <param name="Source">The group's source.</param>
/// <param name="Cause">The group's cause.</param>
/// <param name="Results">How many would be <c>sent</c>, <c>unchanged</c>, …</param>
/// <param name="Problems">Why some would fail again, and how many.</param>
/// <param name="Looked">How many events were looked at.</param>
/// <param name="IsWhole">Whether that is the whole group.</param>
public sealed record GroupForecast(
    string Source,
    string Cause,
    IReadOnlyList<(string Result, int Count)> Results,
    IReadOnlyList<(string Problem, int Count)> Problems,
    int Looked,
    bool IsWhole);
