using System.Globalization;

/// <summary>
/// Runs inside a server that is measured, where the environment says so, and keeps in a file how many bytes the server has allocated.
/// </summary>
#pragma warning disable MA0047 // The runtime looks for it outside of all namespaces.
internal static class StartupHook
#pragma warning restore MA0047
{
    internal const string Variable = "BENCHMARKS_ALLOCATED";

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    /// <summary>The runtime calls this before the program begins.</summary>
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path)
        {
            _ = Task.Run(() => WriteAsync(path));
        }
    }

    private static async Task WriteAsync(string path)
    {
        using var timer = new PeriodicTimer(Period);
        do
        {
            var next = $"{path}.new";
            await File.WriteAllTextAsync(next, GC.GetTotalAllocatedBytes().ToString(CultureInfo.InvariantCulture));
            File.Move(next, path, overwrite: true);
        }
        while (await timer.WaitForNextTickAsync());
    }
}
