using System.Globalization;

/// <summary>
/// Runs inside a server that is measured, where the environment says so, and keeps in a file how many bytes the server has allocated.
/// </summary>
internal static class StartupHook
{
    internal const string Variable = "BENCHMARKS_ALLOCATED";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>The runtime calls this before the program begins.</summary>
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } path)
        {
            return;
        }

        new Thread(() =>
        {
            while (true)
            {
                File.WriteAllText(path + ".new", GC.GetTotalAllocatedBytes().ToString(CultureInfo.InvariantCulture));
                File.Move(path + ".new", path, overwrite: true);
                Thread.Sleep(Pause);
            }
        })
        { IsBackground = true }.Start();
    }
}
