using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using UserSync.Directories;
using UserSync.Sqlite;

namespace Benchmarks;

/// <summary><c>directory</c>: a large directory in the embedded store: how long it takes to note and to look up, and what that costs.</summary>
internal static class DirectoryCommand
{
    private const string Account = "be7c4000-0000-4000-8000-00000000be7c";
    private const int PageSize = 100;
    private const int Lookups = 200_000;

    internal static Command Create()
    {
        var users = new Option<int>("--users") { Description = "How many users the account has", DefaultValueFactory = _ => 1_000_000 };
        var command = new Command("directory", "A directory in the embedded store: time to note it, time of a lookup, memory") { users };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(users), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(int users, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("truto-user-sync-bench-");
        try
        {
            var path = Path.Combine(folder.FullName, "store.db");
            using var database = SqliteDatabase.Open(path);
            var store = new SqliteDirectoryStore(database);
            var process = Process.GetCurrentProcess();

            var watch = Stopwatch.StartNew();
            await ReadAsync(store, users, 1, cancellationToken);
            Print("noted, first reading", $"{watch.Elapsed.TotalSeconds,10:F1} s  ({users / watch.Elapsed.TotalSeconds:F0} users a second)");
            PrintLookups("lookup", await LookUpAsync(store, users, Lookups, CancellationToken.None));

            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var meanwhile = Task.Run(() => LookUpAsync(store, users, int.MaxValue, stop.Token), CancellationToken.None);
            watch.Restart();
            await ReadAsync(store, users, 2, cancellationToken);
            Print("noted, second reading", $"{watch.Elapsed.TotalSeconds,10:F1} s");
            watch.Restart();
            string? position = null;
            do
            {
                position = await store.SweepAsync(Account, 2, position, cancellationToken);
            }
            while (position is not null);
            Print("sweep", $"{watch.Elapsed.TotalSeconds,10:F1} s");
            await stop.CancelAsync();
            PrintLookups("lookup meanwhile", await meanwhile);

            process.Refresh();
            Print("managed heap", $"{GC.GetTotalMemory(forceFullCollection: true) / 1048576.0,10:F1} MiB");
            Print("peak working set", $"{process.PeakWorkingSet64 / 1048576.0,10:F1} MiB");
            Print("file", $"{new FileInfo(path).Length / 1048576.0,10:F1} MiB");
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task ReadAsync(SqliteDirectoryStore store, int users, long generation, CancellationToken cancellationToken)
    {
        for (var first = 0; first < users; first += PageSize)
        {
            var page = Enumerable.Range(first, Math.Min(PageSize, users - first))
                .Select(i => new DirectoryEntry(string.Create(CultureInfo.InvariantCulture, $"005{i:D15}"), [Email(i)]))
                .ToList();
            await store.SaveAsync(Account, page, generation, cancellationToken);
        }
    }

    /// <summary>Looks users up one after the other.</summary>
    /// <returns>How long each took, in microseconds, sorted.</returns>
    private static async Task<List<double>> LookUpAsync(SqliteDirectoryStore store, int users, int most, CancellationToken stop)
    {
        var random = new Random(1);
        var times = new List<double>();
        while (times.Count < most && !stop.IsCancellationRequested)
        {
            var i = random.Next(users);
            var value = Email(i);
            var startedAt = Stopwatch.GetTimestamp();
            var found = await store.FindAsync(Account, value, CancellationToken.None);
            times.Add(Stopwatch.GetElapsedTime(startedAt).TotalMicroseconds);
            if (found is not [var id] || !id.EndsWith(i.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))
            {
                throw new InvalidOperationException("A lookup found somebody else.");
            }
        }

        times.Sort();
        return times;
    }

    private static DirectoryValue Email(int i) =>
        DirectoryValue.Of("email", string.Create(CultureInfo.InvariantCulture, $"User.{i}@Example.com"))!.Value;

    private static void PrintLookups(string what, List<double> sorted) => Print(
        what,
        $"{sorted[sorted.Count / 2],10:F0} µs median, {sorted[(int)(sorted.Count * 0.99)]:F0} µs 99 %, {sorted[^1] / 1000:F1} ms longest, of {sorted.Count}");

    private static void Print(string what, string figure) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-24}{figure}"));
}
