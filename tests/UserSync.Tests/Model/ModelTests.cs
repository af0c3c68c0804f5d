using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using UserSync.Receiving;
using UserSync.Receiving.Verification;
using UserSync.Sources;

namespace UserSync.Tests.Model;

/// <summary>
/// Whatever order, repetition, crash, delay and failure there is: in the end every field at Truto has the value with the greatest
/// stamp, every event has exactly one outcome, and nothing is left over.
/// </summary>
public sealed class ModelTests
{
    private const string Variable = "USERSYNC_MODEL_SCHEDULES";

    private static readonly SourceCatalog Sources = Load();

    // The suite runs the same schedules each time; who asks for more gets others each time.
    private static (int First, int Count) Schedules => int.TryParse(Environment.GetEnvironmentVariable(Variable), CultureInfo.InvariantCulture, out var count)
        ? (Random.Shared.Next(int.MaxValue - count), count)
        : (1, 10_000);

    [Fact]
    public async Task Every_schedule_ends_with_the_newest_values_one_outcome_an_event_and_nothing_left_over()
    {
        var (first, count) = Schedules;
        var problems = new ConcurrentBag<string>();

        // On threads of their own: those of the pool are few, and tests that run beside have requests to answer with them.
        var threads = Environment.ProcessorCount;
        await Task.WhenAll(Enumerable.Range(0, threads).Select(thread => Task.Factory.StartNew(
            () => RunEach(first + thread, first + count, threads, problems),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        Assert.Empty(problems);
    }

    [Fact]
    public void A_schedule_that_failed_can_be_followed_step_by_step()
    {
        // Set the variable to the seed that a failure named.
        var isWanted = int.TryParse(Environment.GetEnvironmentVariable("USERSYNC_MODEL_SEED"), CultureInfo.InvariantCulture, out var seed);
        var trace = new List<string>();
        var problem = new Simulation(isWanted ? seed : 1, Sources, trace: trace).Run();
        Assert.NotEmpty(trace);
        Assert.True(problem is null, $"{problem}{Environment.NewLine}{string.Join(Environment.NewLine, trace)}");
    }

    [Theory]
    [InlineData(nameof(Breakage.NoCompareAndSwap))]
    [InlineData(nameof(Breakage.ArrivalOrder))]
    [InlineData(nameof(Breakage.NoLease))]
    public void A_ledger_that_is_broken_on_purpose_is_noticed(string breakage)
    {
        var broken = Enum.Parse<Breakage>(breakage);
        Assert.Contains(Enumerable.Range(1, 2_000), seed => new Simulation(seed, Sources, broken).Run() is not null);
    }

    private static void RunEach(int first, int end, int step, ConcurrentBag<string> problems)
    {
        for (long seed = first; seed < end; seed += step)
        {
            if (new Simulation((int)seed, Sources).Run() is { } problem)
            {
                problems.Add($"Seed {seed}: {problem}");
            }
        }
    }

    private static SourceCatalog Load()
    {
        var folder = Directory.CreateTempSubdirectory("model").FullName;
        File.WriteAllText(Path.Combine(folder, "model.json"), """
            {
              "verify": { "scheme": "none" },
              "account": "0d3c1f6e-5555-4c55-9b1e-5f0a3c2d1e05",
              "provider": "planhat",
              "user": "user",
              "map": { "email": "fields.email", "name": "fields.name", "custom_fields": { "tier": "fields.tier" } }
            }
            """);
        using var services = new ServiceCollection().AddHttpClient().BuildServiceProvider();
        var jwks = new JwksClient(services.GetRequiredService<IHttpClientFactory>(), TimeProvider.System, NullLogger<JwksClient>.Instance);
        return SourceCatalog.Load(folder, jwks, new ReceivingOptions());
    }
}
