using UserSync.Directories;
using UserSync.Ledger;
using UserSync.Outcomes;
using UserSync.Processing;
using UserSync.Queue;

namespace Stores.Tests.Contract;

/// <summary>What one process has of a store.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Ledgers">The ledgers.</param>
/// <param name="Outcomes">The outcomes.</param>
/// <param name="Intake">What puts events on the queue and notes them.</param>
/// <param name="Recorder">What records updates.</param>
/// <param name="Directories">The directories.</param>
public sealed record StoreSet(
    IChangeQueue Queue, ILedgerStore Ledgers, IOutcomeStore Outcomes, IChangeIntake Intake, IUpdateRecorder Recorder, IDirectoryStore Directories);
