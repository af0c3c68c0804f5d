using System.Diagnostics;
using System.Globalization;
using Stores.Tests.Contract;
using UserSync.Ledger;
using UserSync.Sqlite;

namespace Stores.Tests.Sqlite;

/// <summary>Another process that writes without end, and says on its standard output what it was told is durable.</summary>
public sealed class WritingProcess : IDisposable
{
    /// <summary>The argument that makes this program one.</summary>
    public const string Verb = "write";

    private const int Writers = 8;

    private readonly Process process;

    private WritingProcess(Process process) => this.process = process;

    /// <summary>Starts one.</summary>
    /// <param name="path">The database's file.</param>
    public static WritingProcess Start(string path) => new(Process.Start(new ProcessStartInfo
    {
        FileName = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "Stores.Tests.exe" : "Stores.Tests"),
        ArgumentList = { Verb, path },
        UseShellExecute = false,
        RedirectStandardOutput = true,
        RedirectStandardInput = true,
    })!);

    /// <summary>The user of an id that was said.</summary>
    public static UserKey UserOf(string id) => new("account-1", id);

    /// <summary>The next id of which a message, a ledger and an outcome are durable; <see langword="null"/> where it has ended.</summary>
    public async Task<string?> ReadIdAsync(CancellationToken cancellationToken) =>
        await process.StandardOutput.ReadLineAsync(cancellationToken);

    /// <summary>Kills it in the midst of it: it gets no chance to finish or to close anything.</summary>
    /// <returns>What it had said and nobody had read.</returns>
    public async Task<IReadOnlyList<string>> KillAsync(CancellationToken cancellationToken)
    {
        process.Kill();
        var rest = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);

        // The last line may have been cut.
        var lines = rest[..(rest.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(line => line.TrimEnd('\r'))];
    }

    public void Dispose()
    {
        process.Kill();
        process.Dispose();
    }

    /// <summary>Writes until it is killed, or until whoever has started it is gone.</summary>
    internal static async Task<int> RunAsync(string path)
    {
        using var stop = new CancellationTokenSource();
        var parent = Task.Run(
            async () =>
            {
                await Console.In.ReadToEndAsync(CancellationToken.None);
                await stop.CancelAsync();
            },
            CancellationToken.None);
        using var database = SqliteDatabase.Open(path);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => WriteAllAsync(database, stop.Token)));
        await parent;
        return 0;
    }

    private static async Task WriteAllAsync(SqliteDatabase database, CancellationToken stop)
    {
        var queue = new SqliteChangeQueue(database, TimeProvider.System);
        var ledgers = new SqliteLedgerStore(database);
        var outcomes = new SqliteOutcomeStore(database);
        while (!stop.IsCancellationRequested)
        {
            var id = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
            await queue.EnqueueAsync([Samples.Message(id)], TimeSpan.Zero, CancellationToken.None);
            await ledgers.TryWriteAsync(UserOf(id), Samples.Ledger(id), null, CancellationToken.None);
            await outcomes.ReceiveAsync([Samples.Received(id, Samples.Time)], CancellationToken.None);
            await Console.Out.WriteLineAsync(id);
        }
    }
}
