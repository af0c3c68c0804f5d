using System.Globalization;

namespace Server.Tests.Fuzzing;

/// <summary>
/// How many cases there are, and which: 100,000 in all, times the environment variable <c>USERSYNC_FUZZ_CASES</c>. Each case has a
/// seed of its own, which a failure prints and <c>USERSYNC_FUZZ_SEED</c> repeats.
/// </summary>
internal static class FuzzPlan
{
    public const int PresetCases = 70_000;
    public const int MappingCases = 30_000;
    public const int SocketCases = 500;

    private const string Multiplier = "USERSYNC_FUZZ_CASES";
    private const string Seed = "USERSYNC_FUZZ_SEED";

    /// <summary>The seeds of one row out of some that share a number of cases.</summary>
    public static IReadOnlyList<int> Seeds(int cases, int rows)
    {
        if (int.TryParse(Environment.GetEnvironmentVariable(Seed), CultureInfo.InvariantCulture, out var seed))
        {
            return [seed];
        }

        var isSet = double.TryParse(Environment.GetEnvironmentVariable(Multiplier), CultureInfo.InvariantCulture, out var times);
        var count = (int)Math.Ceiling(cases * (isSet ? times : 1) / rows);
        return [.. Enumerable.Range(Random.Shared.Next(int.MaxValue - count), count)];
    }

    /// <summary>Whether one case is repeated: then nothing can be said about all of them.</summary>
    public static bool IsRepetition => Environment.GetEnvironmentVariable(Seed) is { Length: > 0 };

    /// <summary>Runs cases on all processors, and says which one failed.</summary>
    public static Task RunAsync(
        IReadOnlyList<int> seeds,
        string row,
        Func<Random, CancellationToken, Task> run,
        CancellationToken cancellationToken,
        int atOnce = -1)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellationToken };
        return Parallel.ForEachAsync(seeds, options, async (seed, cancellation) =>
        {
            try
            {
                await run(new Random(seed), cancellation);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                throw new InvalidOperationException($"{row} failed; {Seed}={seed} repeats it: {exception.Message}", exception);
            }
        });
    }
}
