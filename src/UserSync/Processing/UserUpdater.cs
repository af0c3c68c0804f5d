using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Truto.Http;
using UserSync.Expressions;
using UserSync.Ledger;
using UserSync.Mapping;
using UserSync.Outcomes;
using UserSync.Receiving.Events;
using UserSync.Secrets;
using UserSync.Sources;
using UserSync.Telemetry;

namespace UserSync.Processing;

/// <summary>
/// Brings one CRM user up to date with what an event says: merges the event into the user's ledger, takes the lease, sends everything
/// that is pending in one update, and notes what Truto acknowledged. Whatever is interrupted at whatever point can be done again.
/// </summary>
/// <param name="ledgers">The ledgers.</param>
/// <param name="outcomes">Where updates are kept of which the ledger takes no notice.</param>
/// <param name="recorder">Records what Truto took.</param>
/// <param name="schedule">Says whose turn it is.</param>
/// <param name="sender">Sends updates.</param>
/// <param name="options">How long things may take.</param>
/// <param name="time">The clock.</param>
/// <param name="random">Spreads what comes back.</param>
/// <param name="metrics">Counts and measures.</param>
/// <param name="logger">The log.</param>
public sealed partial class UserUpdater(
    ILedgerStore ledgers,
    IOutcomeStore outcomes,
    IUpdateRecorder recorder,
    UpdateSchedule schedule,
    UpdateSender sender,
    IOptions<ProcessingOptions> options,
    TimeProvider time,
    Random random,
    UserSyncMetrics metrics,
    ILogger<UserUpdater> logger)
{
    // Somebody else is at it, and seldom for longer than this.
    private static readonly TimeSpan WhileLeased = TimeSpan.FromSeconds(1);

    /// <summary>Applies an event.</summary>
    /// <param name="source">The event's source.</param>
    /// <param name="change">The event.</param>
    /// <param name="user">What it was mapped to.</param>
    /// <param name="attempt">How it is to be tried.</param>
    /// <param name="cancellationToken">
    /// Stops. An update that is under way then may still arrive at Truto: the user stays leased until that cannot be any more.
    /// </param>
    [AsyncMethodBuilder(typeof(ReusedTaskBuilder<>))]
    public async ValueTask<Disposition> ApplyAsync(Source source, ChangeEvent change, MappedUser user, Attempt attempt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(user);
        var entry = LedgerEntry.Of(change, user.Patch);
        var key = new UserKey(source.Truto.Account, user.UserId);
        var hasTurn = false;
        while (true)
        {
            var lease = NewLease();
            Turn? turn = null;
            try
            {
                var row = await ledgers.ReadToUpdateAsync(key, lease, cancellationToken);
                var isHeld = row.IsHeldBy(lease);
                var now = time.GetUtcNow();
                if (now >= attempt.HeldUntil)
                {
                    // Held up for so long that another worker has the event too. Had it ended the event after this read, the write would fail.
                    return Disposition.Wait(TimeSpan.Zero);
                }

                var merged = row.Ledger.Merge(entry);

                // What somebody else is sending under a lease that is kept apart is in doubt, and the ledger does not say so.
                var isInDoubt = !isHeld && row.Lease != row.Ledger.Lease;
                var sendsUnchanged = source.Truto.SendUnchanged ?? options.Value.SendUnchanged;
                merged = sendsUnchanged || isInDoubt ? merged : merged.AcknowledgeUnchanged(entry);
                var standing = merged.StandingOf(entry);

                // Also with an event that says nothing new, what may be wrong at Truto is set right: it may be the last one for long.
                var isDone = standing != Standing.Pending && !attempt.Resend && (attempt.Alone || !merged.HasDoubtful);
                var mayGo = !isDone && (isHeld || !row.IsLeased(now));
                var delay = TimeSpan.Zero;
                if (mayGo && !hasTurn)
                {
                    delay = schedule.TryTake(key, source.Truto.TokenSecret);
                    hasTurn = delay == TimeSpan.Zero;
                }

                var goes = mayGo && hasTurn;
                var cargo = goes ? Cargo(merged, entry, attempt) : [];

                // With a lease that is kept apart from the ledger, what is begun is not written before its end.
                var next = goes && !isHeld ? merged.Take(lease, cargo.Select(register => register.Key)) : merged;
                var isToWrite = !ReferenceEquals(next, row.Ledger) && !(goes && isHeld);
                var version = isToWrite ? await ledgers.TryWriteAsync(key, next, row.Version, cancellationToken) : row.Version;
                if (isToWrite && version is null)
                {
                    metrics.LedgerConflict();
                    continue;
                }

                if (goes)
                {
                    var begun = new LedgerRow(next, version) { Lease = lease };
                    turn = new Turn(source, change, key, entry, attempt, lease, begun, merged, cargo);
                }
                else
                {
                    return Stay(source, key, hasTurn, delay, isDone ? Conclude(change, key, merged, entry, standing) : null, mayGo);
                }
            }
            finally
            {
                if (turn is null)
                {
                    ledgers.Release(key, lease);
                }
            }

            return await UpdateAsync(turn, cancellationToken);
        }
    }

    /// <summary>Notes that a user was created with what an event says: no update has to carry it any more.</summary>
    /// <param name="source">The event's source.</param>
    /// <param name="change">The event.</param>
    /// <param name="user">What it was mapped to, with the new user's id.</param>
    /// <param name="response">Truto's response.</param>
    /// <param name="startedAt">When the call began.</param>
    internal async Task<Disposition> CreatedAsync(
        Source source, ChangeEvent change, MappedUser user, JsonElement? response, DateTimeOffset startedAt)
    {
        var entry = LedgerEntry.Of(change, user.Patch);
        var key = new UserKey(source.Truto.Account, user.UserId);
        var update = NewUpdate(key, NewId(), RegisterPatch.Write(entry), startedAt, events: 1, response);

        while (true)
        {
            var row = await ledgers.ReadAsync(key, CancellationToken.None);
            var after = row.Ledger.Merge(entry).Acknowledge(entry, update.Id);
            var conclusion = Conclude(change, key, after, entry, after.StandingOf(entry));

            // The user is there, whoever waits for this or not.
            if (await recorder.TryRecordAsync(update, after, row.Version, [conclusion], received: null, CancellationToken.None))
            {
                metrics.Carried(source.Mapping.Provider, 1);
                Log.Updated(logger, update.Id, 1, entry.Count);
                return Disposition.Recorded(conclusion, update);
            }

            metrics.LedgerConflict();
        }
    }

    /// <summary>Takes what an event says out of the ledger again, because nobody will come back for it.</summary>
    /// <param name="source">The event's source.</param>
    /// <param name="change">The event.</param>
    /// <param name="user">What it was mapped to.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task AbandonAsync(Source source, ChangeEvent change, MappedUser user, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(user);
        var entry = LedgerEntry.Of(change, user.Patch);
        return ChangeAsync(new UserKey(source.Truto.Account, user.UserId), row => row.Ledger.Drop(entry), cancellationToken);
    }

    /// <summary>
    /// What goes into the update: everything that is pending or in doubt, only what the event itself says, or all that is known; and where
    /// that was refused, what the event says and what Truto has taken before.
    /// </summary>
    private static IReadOnlyList<KeyValuePair<FieldName, Register>> Cargo(UserLedger ledger, LedgerEntry entry, Attempt attempt)
    {
        var cargo = attempt switch
        {
            { Resend: true, Alone: true } => [.. Taken(ledger, entry)],
            { Resend: true } => [.. ledger.Fields.Select(known => KeyValuePair.Create(known.Key, known.Value.Newest))],
            { Alone: true } =>
            [
                .. entry.Where(register => ledger.Fields.Find(register.Key) is { } known && register.Value.IsNewerThan(known.Acknowledged?.Register)),
            ],
            _ => ledger.Unsettled,
        };
        return HasKeys(cargo) ? WithoutClearedKeys(ledger, [.. cargo]) : cargo;
    }

    private static bool HasKeys(IReadOnlyList<KeyValuePair<FieldName, Register>> cargo)
    {
        for (var i = 0; i < cargo.Count; i++)
        {
            if (cargo[i].Key.Key is not null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A map that is to be cleared as a whole is cleared first; what its keys are set to goes in the update after.</summary>
    private static List<KeyValuePair<FieldName, Register>> WithoutClearedKeys(UserLedger ledger, List<KeyValuePair<FieldName, Register>> cargo)
    {
        var keyed = cargo.Where(register => register.Key.Key is not null).Select(register => register.Key.Root).ToHashSet(StringComparer.Ordinal);
        var cleared = keyed
            .Where(root => cargo.Exists(register => register.Key == new FieldName(root) && ledger.Fields[register.Key].IsPending))
            .ToHashSet(StringComparer.Ordinal);
        cargo.RemoveAll(register => keyed.Contains(register.Key.Root) && (register.Key.Key is null) != cleared.Contains(register.Key.Root));
        return cargo;
    }

    private static IEnumerable<KeyValuePair<FieldName, Register>> Taken(UserLedger ledger, LedgerEntry entry)
    {
        var own = entry.ToDictionary();
        return
            from known in ledger.Fields
            let acknowledged = known.Value.Acknowledged?.Register
            let register = own.TryGetValue(known.Key, out var said) && said.IsNewerThan(acknowledged) ? said : acknowledged
            where register is not null
            select KeyValuePair.Create(known.Key, register);
    }

    /// <summary>
    /// An update with the fields too that the provider wants in every one and this one does not carry, with the values that Truto has.
    /// </summary>
    private static IReadOnlyList<KeyValuePair<FieldName, Register>> Completed(
        Source source, UserLedger ledger, IReadOnlyList<KeyValuePair<FieldName, Register>> cargo) =>
    [
        .. cargo,
        .. from name in source.Mapping.Required.Select(root => new FieldName(root))
           where cargo.All(register => register.Key != name)
           let register = ledger.Fields.Find(name)?.Acknowledged?.Register
           where register is not null
           select KeyValuePair.Create(name, register),
    ];

    private Conclusion Conclude(ChangeEvent change, UserKey key, UserLedger ledger, LedgerEntry entry, Standing standing)
    {
        var update = standing == Standing.Stale ? null : ledger.UpdateOf(entry);
        return new Conclusion(change.Source, change.Id, update is null ? OutcomeStatus.Skipped : OutcomeStatus.Applied, time.GetUtcNow())
        {
            Account = key.Account,
            UserId = key.UserId,
            UpdateId = update,
            SkipReason = update is not null ? null : standing == Standing.Stale ? SkipReason.Stale : SkipReason.Unchanged,
            Replay = change.Replay,
        };
    }

    /// <summary>What the provider wants in every update and this one does not carry.</summary>
    private static List<MappingProblem> Missing(Source source, IReadOnlyList<KeyValuePair<FieldName, Register>> sent) =>
    [
        .. source.Mapping.MissingIn(new UserPatch([.. sent.Select(register =>
            new PatchField(register.Key, JsonElement.Parse(register.Value.Value, JsonText.OwnJson), string.Empty))])),
    ];

    /// <summary>What becomes of an event of which nothing is sent now.</summary>
    private Disposition Stay(Source source, UserKey key, bool hasTurn, TimeSpan delay, Conclusion? end, bool mayGo)
    {
        if (hasTurn)
        {
            schedule.GiveBack(key, source.Truto.TokenSecret);
        }

        if (delay > TimeSpan.Zero)
        {
            metrics.RateLimited("own", delay);
        }

        return end is not null ? Disposition.Ended(end) : mayGo ? Disposition.AwaitTurn(delay) : Disposition.Wait(WhileLeased);
    }

    /// <summary>Sends the update under the lease, and notes what came of it.</summary>
    [AsyncMethodBuilder(typeof(ReusedTaskBuilder<>))]
    private async ValueTask<Disposition> UpdateAsync(Turn turn, CancellationToken cancellationToken)
    {
        var (ledger, cargo) = (turn.Before, turn.Cargo);
        var sent = cargo;
        if (turn.Source.Mapping.Required.Count > 0)
        {
            sent = Completed(turn.Source, ledger, cargo);
            if (Missing(turn.Source, sent) is { Count: > 0 } missing)
            {
                return await RefuseAsync(turn, Failure.Of(missing), cancellationToken);
            }
        }

        var patch = RegisterPatch.Write(sent);
        var startedAt = time.GetUtcNow();
        var result = await SendAsync(turn, patch, cancellationToken);

        // What Truto said is noted, also where nobody waits for it any more.
        if (result.Failure is { } failure)
        {
            if (failure.SpendsAttempt || !failure.IsTransient)
            {
                await outcomes.SaveAsync(FailedUpdate(turn, patch, startedAt, failure), CancellationToken.None);
            }

            return failure.IsTransient
                ? await PutOffAsync(turn, failure, startedAt, [.. cargo.Select(register => register.Key)])
                : await RefuseAsync(turn, failure, cancellationToken);
        }

        // Mostly there is one.
        var riders = new List<EventKey>(1);
        for (var i = 0; i < cargo.Count; i++)
        {
            var (name, register) = cargo[i];
            if (register.IsNewerThan(ledger.Fields.Find(name)?.Acknowledged?.Register) && !riders.Contains(EventKey.Of(register)))
            {
                riders.Add(EventKey.Of(register));
            }
        }

        var update = NewUpdate(turn.Key, turn.Lease.Owner, patch, startedAt, riders.Count, result.Response);
        return await RecordAsync(turn, update, riders);
    }

    private Update NewUpdate(
        UserKey key, string id, byte[] patch, DateTimeOffset startedAt, int events, JsonElement? response = null) => new()
        {
            Id = id,
            Account = key.Account,
            UserId = key.UserId,
            Patch = JsonElement.Parse(patch, JsonText.OwnJson),
            Response = response,
            StartedAt = startedAt,
            Duration = time.GetUtcNow() - startedAt,
            Events = events,
        };

    /// <summary>An attempt that failed, for whoever asks later what was tried.</summary>
    private Update FailedUpdate(Turn turn, byte[] patch, DateTimeOffset startedAt, Failure failure)
    {
        var id = Update.IdOfAttempt(turn.Change.Source, turn.Change.Id, turn.Change.Replay, turn.Attempt.Failed, turn.Attempt.Alone);
        return NewUpdate(turn.Key, id, patch, startedAt, turn.Cargo.DistinctBy(register => EventKey.Of(register.Value)).Count()) with { Failure = failure };
    }

    /// <summary>Records what Truto took, and the ends of the events of which nothing is left to send.</summary>
    [AsyncMethodBuilder(typeof(ReusedTaskBuilder<>))]
    private async ValueTask<Disposition> RecordAsync(Turn turn, Update update, List<EventKey> riders)
    {
        for (var row = turn.Row; ; row = await ledgers.ReadAsync(turn.Key, CancellationToken.None))
        {
            if (!row.IsHeldBy(turn.Lease))
            {
                await outcomes.SaveAsync(update, CancellationToken.None);
                Log.LeaseLost(logger, turn.Change.Source, turn.Change.Id);
                return Disposition.SendAgain();
            }

            var after = row.Ledger.Acknowledge(turn.Cargo, update.Id);
            after = after.Lease is null ? after : after with { Lease = null };
            var standing = after.StandingOf(turn.Entry);
            var own = standing == Standing.Pending ? null : Conclude(turn.Change, turn.Key, after, turn.Entry, standing);
            var ended = Applied(turn, riders, after, update.Id, own);
            var received = own is null || turn.Attempt.IsNoted ? null : Outcome.Received(turn.Change);
            if (await recorder.TryRecordAsync(update, after, row.Version, ended, received, CancellationToken.None))
            {
                ledgers.Release(turn.Key, turn.Lease);
                metrics.Carried(turn.Source.Mapping.Provider, riders.Count);
                Log.Updated(logger, update.Id, riders.Count, turn.Cargo.Count);
                return own is null ? Disposition.Wait(TimeSpan.Zero) : Disposition.Recorded(own, update);
            }

            metrics.LedgerConflict();
        }
    }

    /// <summary>The ends of the events that rode in an update and of which nothing is pending; the event's own comes last.</summary>
    private List<Conclusion> Applied(Turn turn, List<EventKey> riders, UserLedger after, string updateId, Conclusion? own)
    {
        var now = time.GetUtcNow();
        var ended = new List<Conclusion>(riders.Count);
        foreach (var rider in riders)
        {
            if (!IsPending(after, rider) && (own is null || rider != EventKey.Of(own)))
            {
                ended.Add(new Conclusion(rider.Source, rider.EventId, OutcomeStatus.Applied, now)
                {
                    Account = turn.Key.Account,
                    UserId = turn.Key.UserId,
                    UpdateId = updateId,
                    Replay = rider.Replay,
                });
            }
        }

        if (own is not null)
        {
            ended.Add(own);
        }

        return ended;
    }

    private static bool IsPending(UserLedger ledger, EventKey change)
    {
        foreach (var (_, state) in ledger.Fields.Span)
        {
            if (state.IsPending && EventKey.Of(state.Newest) == change)
            {
                return true;
            }
        }

        return false;
    }

    private Lease NewLease() => new(NewId(), time.GetUtcNow() + options.Value.LeaseDuration);

    /// <summary>An id for an update. Those of one time are near each other, and so are their rows.</summary>
    private string NewId() => UpdateId.New(time.GetUtcNow());

    /// <summary>Sends, and measures. Gives up before the lease ends: a worker without a lease must not write.</summary>
    [AsyncMethodBuilder(typeof(ReusedTaskBuilder<>))]
    private async ValueTask<UpdateResult> SendAsync(Turn turn, byte[] patch, CancellationToken cancellationToken)
    {
        var provider = turn.Source.Mapping.Provider;
        var startedAt = time.GetTimestamp();
        using var activity = UserSyncTelemetry.StartUpdate(provider);
        var left = turn.Lease.Until - time.GetUtcNow() - (options.Value.LeaseDuration - options.Value.UpdateTimeout);
        UpdateResult result;
        try
        {
            result = left <= TimeSpan.Zero
                ? new UpdateResult(null, Failure.OutOfTime())
                : await sender.SendAsync(turn.Source.Truto, turn.Key.UserId, patch, left, cancellationToken);
        }
        catch (SecretStoreException)
        {
            result = new UpdateResult(null, Failure.NoSecretStore());
        }

        metrics.Updated(provider, result.Failure?.Cause ?? Words.Of(OutcomeStatus.Applied), time.GetElapsedTime(startedAt));
        if (result.Failure is { } failure)
        {
            activity?.SetStatus(ActivityStatusCode.Error, failure.Cause);
        }

        return result;
    }

    /// <summary>
    /// A refusal for good. One event's value must not take other events' fields with it: unless everything was the event's own, all of
    /// them come back alone, the others with their own messages.
    /// </summary>
    private async Task<Disposition> RefuseAsync(Turn turn, Failure failure, CancellationToken cancellationToken)
    {
        var isOwn = turn.Cargo.All(register => turn.Entry.Owns(register.Value));
        var (after, isHeld) = await ChangeAsync(turn, (current, isHeld) =>
        {
            var dropped = isHeld ? current.Refuse(turn.Cargo, turn.Before) : current.Drop(turn.Cargo);
            return isOwn && dropped.Doubtful.Count > 0 ? dropped : dropped.Release(turn.Lease.Owner);
        });
        var doubtful = isOwn && isHeld ? after.Doubtful : [];
        if (doubtful.Count > 0)
        {
            return await RestoreAsync(turn, after, doubtful, failure, cancellationToken);
        }

        ledgers.Release(turn.Key, turn.Lease);
        return isOwn && isHeld ? Disposition.Ended(Failed(turn, failure)) : Disposition.TryAlone(failure);
    }

    /// <summary>
    /// The refused event's values may be at Truto all the same, from an update that got lost after it had arrived. What Truto had taken
    /// before it is sent once more, under the same lease, before the event ends.
    /// </summary>
    private async Task<Disposition> RestoreAsync(
        Turn turn, UserLedger ledger, IReadOnlyList<KeyValuePair<FieldName, Register>> doubtful, Failure refusal, CancellationToken cancellationToken)
    {
        var patch = RegisterPatch.Write(Completed(turn.Source, ledger, doubtful));
        var startedAt = time.GetUtcNow();
        var result = await SendAsync(turn, patch, cancellationToken);
        if (result.Failure is { IsTransient: true } transient)
        {
            return await PutOffAsync(turn, transient, startedAt, sent: null);
        }

        // Where Truto does not take it any more, there is nothing else that could be sent.
        var (_, isHeld) = await ChangeAsync(
            turn, (current, isHeld) => isHeld ? current.Acknowledge(doubtful, updateId: null).Release(turn.Lease.Owner) : current);
        ledgers.Release(turn.Key, turn.Lease);
        Log.Restored(logger, turn.Change.Source, turn.Change.Id, doubtful.Count);
        return isHeld ? Disposition.Ended(Failed(turn, refusal)) : Disposition.TryAlone(refusal);
    }

    /// <summary>Puts the event off after a failure that may pass, and leaves in the ledger what was begun.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="failure">The failure.</param>
    /// <param name="sentAt">When the update was sent.</param>
    /// <param name="sent">The fields that were sent of what is pending; <see langword="null"/> where it was what Truto had before.</param>
    private async Task<Disposition> PutOffAsync(Turn turn, Failure failure, DateTimeOffset sentAt, List<FieldName>? sent)
    {
        var failed = turn.Attempt.Failed + 1;
        var isLast = failure.SpendsAttempt && failed >= options.Value.MaxAttempts;
        var (_, isHeld) = await ChangeAsync(turn, (current, isHeld) =>
        {
            // A lease that is kept apart from the ledger, and what was begun under it, stand only here so far.
            var begun = sent is null || !isHeld ? current : current.Merge(turn.Entry).Doubt(sent);
            var left = isLast ? begun.Drop(turn.Entry) : begun;

            if (!failure.MayStillArrive)
            {
                return left.Release(turn.Lease.Owner);
            }

            // It may still arrive. Until then nobody sends another that it could overwrite: for as long as a lease after it was sent, which
            // may have been a while after the lease was taken.
            return isHeld ? left with { Lease = turn.Lease with { Until = sentAt + options.Value.LeaseDuration } } : left;
        });
        ledgers.Release(turn.Key, turn.Lease);
        if (isLast)
        {
            return Disposition.Ended(Failed(turn, failure) with { Status = OutcomeStatus.DeadLettered, Attempts = failed });
        }

        if (failure.Cause == Failure.RateLimited)
        {
            schedule.Pause(turn.Key.Account, failure.RetryAfter ?? Backoff.UsualPause);
            metrics.RateLimited("remote", failure.RetryAfter ?? Backoff.UsualPause);
        }

        // Without the lease, another may have sent something newer before this arrives.
        return Backoff.Next(failure, failed, options.Value, random.NextDouble(), resend: !isHeld && failure.MayStillArrive);
    }

    private Conclusion Failed(Turn turn, Failure failure) => new(turn.Change.Source, turn.Change.Id, OutcomeStatus.Failed, time.GetUtcNow())
    {
        Account = turn.Key.Account,
        UserId = turn.Key.UserId,
        Failure = failure,
        Replay = turn.Change.Replay,
    };

    /// <summary>Changes the ledger of the user whose turn it is.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="change">Changes it; says too whether the lease is still held.</param>
    private async Task<(UserLedger After, bool IsHeld)> ChangeAsync(Turn turn, Func<UserLedger, bool, UserLedger> change)
    {
        var isHeld = true;
        var after = await ChangeAsync(
            turn.Key,
            row =>
            {
                isHeld = row.IsHeldBy(turn.Lease);

                // Instead of one that has ended, and is in the ledger still.
                return change(isHeld ? row.Ledger with { Lease = turn.Lease } : row.Ledger, isHeld);
            },
            CancellationToken.None);
        return (after, isHeld);
    }

    /// <summary>Changes a ledger, as often as it takes until nobody else was faster.</summary>
    private async Task<UserLedger> ChangeAsync(UserKey key, Func<LedgerRow, UserLedger> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            var row = await ledgers.ReadAsync(key, cancellationToken);
            var changed = change(row);
            if (ReferenceEquals(changed, row.Ledger) || await ledgers.TryWriteAsync(key, changed, row.Version, cancellationToken) is not null)
            {
                return changed;
            }

            metrics.LedgerConflict();
        }
    }

    /// <summary>
    /// One event's turn to update its user: the user's ledger with which it began and that before, with the event merged, and what is sent.
    /// </summary>
    private sealed record Turn(
        Source Source,
        ChangeEvent Change,
        UserKey Key,
        LedgerEntry Entry,
        Attempt Attempt,
        Lease Lease,
        LedgerRow Row,
        UserLedger Before,
        IReadOnlyList<KeyValuePair<FieldName, Register>> Cargo)
    {
        /// <summary>The event's stamp; never what it says.</summary>
        public override string ToString() => Entry.ToString();
    }

    /// <summary>Which event, and which replay of it.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct EventKey(string Source, string EventId, long Replay)
    {
        internal static EventKey Of(Register register) => new(register.Stamp.Source, register.Stamp.EventId, register.Stamp.Replay);

        internal static EventKey Of(Conclusion conclusion) => new(conclusion.Source, conclusion.EventId, conclusion.Replay);
    }

    private static partial class Log
    {
        [LoggerMessage(210, LogLevel.Information, "Update {UpdateId} carried {Events} events and {Fields} fields to Truto.")]
        public static partial void Updated(ILogger logger, string updateId, int events, int fields);

        [LoggerMessage(212, LogLevel.Information, "Event {Source}/{EventId} is refused, and an update that carried it may have arrived: {Fields} fields are set to what they were before.")]
        public static partial void Restored(ILogger logger, string source, string eventId, int fields);

        [LoggerMessage(211, LogLevel.Warning, "Event {Source}/{EventId} lost its lease while its update was under way: the newest values go to Truto once more.")]
        public static partial void LeaseLost(ILogger logger, string source, string eventId);
    }
}
