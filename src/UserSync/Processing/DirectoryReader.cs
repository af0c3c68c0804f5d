using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Truto.Crm;
using UserSync.Directories;
using UserSync.Ledger;
using UserSync.Outcomes;
using UserSync.Secrets;
using UserSync.Sources;

namespace UserSync.Processing;

/// <summary>
/// Reads the directories of accounts into the store, page by page. One instance at a time reads a directory, under a lease; how far it
/// is stands in the store after each page, so that another goes on where it stopped. Lookups never wait for it: what was read before is
/// found until the new reading is complete.
/// <para>
/// A reading takes what has changed since the last one where the provider can say that, and everything otherwise, and from time to time.
/// Only a reading of everything knows who is not there any more, and forgets them at its end.
/// </para>
/// </summary>
/// <param name="store">The store.</param>
/// <param name="sources">The configured sources.</param>
/// <param name="sender">Calls Truto.</param>
/// <param name="schedule">The limits, which pages share with updates.</param>
/// <param name="options">How directories are read.</param>
/// <param name="processing">How long a call may take.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
public sealed partial class DirectoryReader(
    IDirectoryStore store,
    SourceCatalog sources,
    UpdateSender sender,
    UpdateSchedule schedule,
    IOptions<DirectoryOptions> options,
    IOptions<ProcessingOptions> processing,
    TimeProvider time,
    ILogger<DirectoryReader> logger)
{
    // Somebody else is at it: the longer that has taken, the longer it will. Many events may wait for the first reading of a large directory.
    private static readonly TimeSpan WhileOwned = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWhileOwned = TimeSpan.FromSeconds(30);

    // Clocks differ, and a change may become visible later than its time says.
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(5);

    // A function is ended after ten minutes, and Truto may answer for no account before the call's time is over.
    private static readonly TimeSpan MostTime = TimeSpan.FromMinutes(4);

    // The account whose turn was the last where not all had theirs: the next time begins after it, so that none always comes too late.
    private string? last;

    /// <summary>
    /// Goes on with every directory that is due, each for a while, and all of them for a few minutes: who had no turn then is the first the
    /// next time. For a timer.
    /// </summary>
    /// <param name="cancellationToken">Stops between two pages.</param>
    /// <returns>Whether more is due already.</returns>
    public async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var isMore = false;
        foreach (var source in InTurn())
        {
            if (time.GetElapsedTime(begun) >= MostTime)
            {
                return true;
            }

            last = source.Truto.Account;
            var reading = await ReadAsync(source.Truto.Account, cancellationToken);
            var now = time.GetUtcNow();
            var isFullDue = IsFullDue(source, reading, now);
            if (reading.StartedAt is null && !isFullDue
                && !(DirectoryFields.SaysChanges(source.Mapping.Provider) && now - reading.ReadAt >= options.Value.ChangesInterval))
            {
                continue;
            }

            var progress = await AdvanceAsync(source, now, isFullDue, cancellationToken);
            isMore |= progress is { IsDone: false, Failure: null };
            if (progress.Failure is { } failure)
            {
                Log.Failed(logger, source.Truto.Account, failure.Cause, failure.Reason);
            }
        }

        last = null;
        return isMore;
    }

    /// <summary>The fields that this and other sources look for in the directory of an account.</summary>
    /// <param name="source">A source of the account.</param>
    internal IReadOnlyList<string> FieldsOf(Source source) =>
    [
        .. sources.All.Where(other => other.Truto.Account == source.Truto.Account).Append(source)
            .Select(other => other.Mapping.Find?.Field).OfType<string>()
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    /// <summary>How far an account's directory has been read.</summary>
    /// <param name="account">The account.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal async Task<DirectoryReading> ReadAsync(string account, CancellationToken cancellationToken) =>
        (await store.ReadAsync(NoteKey.Reading(account), DirectoryJson.Default.DirectoryReading, cancellationToken)).Note ?? new DirectoryReading();

    /// <summary>Reads on for a while, unless the directory has been read already since a time.</summary>
    /// <param name="source">A source of the account.</param>
    /// <param name="since">The time.</param>
    /// <param name="wantsFull">Whether only a reading of everything will do.</param>
    /// <param name="cancellationToken">Stops between two pages.</param>
    internal async Task<DirectoryProgress> AdvanceAsync(Source source, DateTimeOffset since, bool wantsFull, CancellationToken cancellationToken)
    {
        var account = source.Truto.Account;
        var key = NoteKey.Reading(account);
        var until = time.GetUtcNow() + options.Value.SliceTime;
        while (true)
        {
            var (known, version) = await store.ReadAsync(key, DirectoryJson.Default.DirectoryReading, cancellationToken);
            var reading = known ?? new DirectoryReading();
            var now = time.GetUtcNow();
            if (reading.Covers(FieldsOf(source)) && (wantsFull ? reading.FullAt : reading.ReadAt) >= since)
            {
                return DirectoryProgress.Done;
            }

            if (reading.Owner is not null && reading.OwnedUntil > now)
            {
                var tenth = (now - reading.StartedAt) / 10 ?? WhileOwned;
                return new DirectoryProgress(false, tenth < WhileOwned ? WhileOwned : tenth > LongestWhileOwned ? LongestWhileOwned : tenth);
            }

            if (reading.StartedAt is null && EarliestStart(source, reading) is { } earliest && earliest > now)
            {
                return new DirectoryProgress(false, earliest - now);
            }

            var owner = $"{Guid.NewGuid():N}";
            reading = (reading.StartedAt is null ? Begin(source, reading, wantsFull, now) : reading) with
            {
                Owner = owner,
                OwnedUntil = now + options.Value.LeaseDuration,
            };
            if (!await store.TryWriteAsync(key, reading, DirectoryJson.Default.DirectoryReading, version, cancellationToken))
            {
                continue;
            }

            if (await ReadOnAsync(source, reading, until, cancellationToken) is { } end)
            {
                return end;
            }
        }
    }

    /// <summary>A source of each account in which users are looked for.</summary>
    private IEnumerable<Source> InTurn()
    {
        var all = sources.All.Where(source => source.Mapping.Find?.Field is not null)
            .DistinctBy(source => source.Truto.Account, StringComparer.Ordinal)
            .ToList();
        var first = all.FindIndex(source => source.Truto.Account == last) + 1;
        return all.Skip(first).Concat(all.Take(first));
    }

    private bool IsFullDue(Source source, DirectoryReading reading, DateTimeOffset now) =>
        !reading.Covers(FieldsOf(source)) || reading.FullAt is not { } full || now - full >= options.Value.FullInterval;

    /// <summary>What is missed again and again must not make us read without end.</summary>
    private DateTimeOffset? EarliestStart(Source source, DirectoryReading reading)
    {
        var pause = reading.Took * 2 > options.Value.MissInterval ? reading.Took * 2 : options.Value.MissInterval;
        return reading.Covers(FieldsOf(source)) ? reading.ReadAt + pause : null;
    }

    private DirectoryReading Begin(Source source, DirectoryReading reading, bool wantsFull, DateTimeOffset now)
    {
        var isFull = wantsFull || IsFullDue(source, reading, now)
            || reading.ChangedUntil is null || !DirectoryFields.SaysChanges(source.Mapping.Provider);
        return reading with
        {
            StartedAt = now,
            IsFull = isFull,
            Generation = reading.Generation + (isFull ? 1 : 0),
            Fields = isFull ? FieldsOf(source) : reading.Fields,

            // Until everything is read with the new fields, nothing is known by them.
            ReadAt = reading.Covers(FieldsOf(source)) ? reading.ReadAt : null,
            Cursor = null,
            IsSweeping = false,
            Position = null,
            Users = 0,
        };
    }

    /// <summary>Reads pages until the time is up; <see langword="null"/> where the reading is complete.</summary>
    private async Task<DirectoryProgress?> ReadOnAsync(Source source, DirectoryReading reading, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var account = source.Truto.Account;
        var owner = reading.Owner!;
        try
        {
            while (true)
            {
                if (reading.IsSweeping)
                {
                    var position = await store.SweepAsync(account, reading.Generation, reading.Position, cancellationToken);
                    reading = position is null ? Complete(reading) : reading with { Position = position };
                }
                else
                {
                    var turn = await AwaitTurnAsync(source, until, cancellationToken);
                    if (turn > TimeSpan.Zero)
                    {
                        await ReleaseAsync(account, owner, abandon: false);
                        return new DirectoryProgress(false, turn, IsLimited: true);
                    }

                    var (page, failure) = await PageAsync(source, reading, cancellationToken);
                    if (failure is not null)
                    {
                        return await FailAsync(account, owner, reading, failure);
                    }

                    reading = await SaveAsync(source, reading, page!, cancellationToken);
                }

                var isComplete = reading.StartedAt is null;
                var isOver = !isComplete && time.GetUtcNow() >= until;
                reading = reading with
                {
                    Owner = isComplete || isOver ? null : owner,
                    OwnedUntil = time.GetUtcNow() + options.Value.LeaseDuration,
                };
                if (!await NoteAsync(account, owner, reading, cancellationToken))
                {
                    return new DirectoryProgress(false, WhileOwned);
                }

                if (isComplete)
                {
                    Log.Complete(logger, account, reading.Users, reading.Took);
                    return null;
                }

                if (isOver)
                {
                    return new DirectoryProgress(false, TimeSpan.Zero);
                }
            }
        }
        catch
        {
            await ReleaseAsync(account, owner, abandon: false);
            throw;
        }
    }

    /// <summary>Waits for a turn within the limits; what is left where it comes too late.</summary>
    private async Task<TimeSpan> AwaitTurnAsync(Source source, DateTimeOffset until, CancellationToken cancellationToken)
    {
        // No user has such an id.
        var place = new UserKey(source.Truto.Account, "\0directory");
        while (schedule.TryTake(place, source.Truto.TokenSecret) is var delay && delay > TimeSpan.Zero)
        {
            if (time.GetUtcNow() + delay >= until)
            {
                return delay;
            }

            await Task.Delay(delay, time, cancellationToken);
        }

        return TimeSpan.Zero;
    }

    private async Task<(CrmUserPage? Page, Failure? Failure)> PageAsync(Source source, DirectoryReading reading, CancellationToken cancellationToken)
    {
        var query = new CrmUserQuery
        {
            Limit = options.Value.PageSize,
            UpdatedAfter = reading.IsFull ? null : reading.ChangedUntil - Overlap,
        };
        using var deadline = new CancellationTokenSource(processing.Value.UpdateTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var withRecord = DirectoryFields.NeedRecord(source.Mapping.Provider, reading.Fields);
            return await sender.ListAsync(source.Truto, query, reading.Cursor, withRecord, either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return (null, FindFailure.TimedOut());
        }
        catch (SecretStoreException)
        {
            return (null, Failure.NoSecretStore());
        }
    }

    private async Task<DirectoryReading> SaveAsync(Source source, DirectoryReading reading, CrmUserPage page, CancellationToken cancellationToken)
    {
        var provider = source.Mapping.Provider;
        var entries = page.Users
            .Select(user => (Id: DirectoryFields.IdOf(provider, user), User: user))
            .Where(pair => pair.Id is not null)
            .DistinctBy(pair => pair.Id, StringComparer.Ordinal)
            .Select(pair => new DirectoryEntry(pair.Id!, DirectoryFields.ValuesOf(provider, pair.User, reading.Fields)))
            .ToList();
        await store.SaveAsync(source.Truto.Account, entries, reading.Generation, cancellationToken);
        var changed = page.Users.Select(user => user.UpdatedAt?.Value).Append(reading.ChangedUntil).Max();
        reading = reading with
        {
            Users = reading.Users + entries.Count,

            // A time in the future, or one that was written without its zone, must not hide what changes until then.
            ChangedUntil = changed > reading.StartedAt ? reading.StartedAt : changed,
        };
        if (page.NextCursor is { } next && next != reading.Cursor)
        {
            return reading with { Cursor = next };
        }

        // Where the CRM goes round in circles, nobody knows who was not met: nobody is forgotten.
        return reading.IsFull && page.NextCursor is null ? reading with { Cursor = null, IsSweeping = true } : Complete(reading);
    }

    private DirectoryReading Complete(DirectoryReading reading) => reading with
    {
        StartedAt = null,
        Cursor = null,
        IsSweeping = false,
        Position = null,
        ReadAt = reading.StartedAt,
        FullAt = reading.IsFull ? reading.StartedAt : reading.FullAt,
        Took = time.GetUtcNow() - reading.StartedAt!.Value,
    };

    private async Task<DirectoryProgress> FailAsync(string account, string owner, DirectoryReading reading, Failure failure)
    {
        if (failure.Cause == Failure.RateLimited)
        {
            schedule.Pause(account, failure.RetryAfter ?? Backoff.UsualPause);
        }

        // A cursor may be too old to go on with: the next one begins anew.
        var isStuck = !failure.IsTransient && reading.Cursor is not null;
        await ReleaseAsync(account, owner, isStuck);
        return new DirectoryProgress(false, TimeSpan.Zero, isStuck ? failure with { IsTransient = true } : failure);
    }

    /// <summary>Notes how far the reading is, as long as it is still the owner's.</summary>
    private async Task<bool> NoteAsync(string account, string owner, DirectoryReading reading, CancellationToken cancellationToken)
    {
        var key = NoteKey.Reading(account);
        var (known, version) = await store.ReadAsync(key, DirectoryJson.Default.DirectoryReading, cancellationToken);
        return known?.Owner == owner
            && await store.TryWriteAsync(key, reading, DirectoryJson.Default.DirectoryReading, version, cancellationToken);
    }

    private async Task ReleaseAsync(string account, string owner, bool abandon)
    {
        var key = NoteKey.Reading(account);
        var (known, version) = await store.ReadAsync(key, DirectoryJson.Default.DirectoryReading, CancellationToken.None);
        if (known is not null && known.Owner == owner)
        {
            var free = known with { Owner = null, StartedAt = abandon ? null : known.StartedAt };
            await store.TryWriteAsync(key, free, DirectoryJson.Default.DirectoryReading, version, CancellationToken.None);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(240, LogLevel.Information, "Read the directory of account {Account}: {Users} users in {Took}.")]
        public static partial void Complete(ILogger logger, string account, long users, TimeSpan took);

        [LoggerMessage(241, LogLevel.Warning, "The directory of account {Account} could not be read ({Cause}): {Reason}")]
        public static partial void Failed(ILogger logger, string account, string cause, string reason);
    }
}
