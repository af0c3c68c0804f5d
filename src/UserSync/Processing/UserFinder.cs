using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Truto;
using Truto.Crm;
using UserSync.Directories;
using UserSync.Expressions;
using UserSync.Ledger;
using UserSync.Mapping;
using UserSync.Outcomes;
using UserSync.Receiving.Events;
using UserSync.Secrets;
using UserSync.Sources;

namespace UserSync.Processing;

/// <summary>
/// Finds the CRM user that an event is about where the event does not say the user's id: in the table of links, among the people who were
/// found before, in the directory of the account, in this order. Who is missed is looked for once more in a directory that was read after
/// the event had come; then the source says what is to happen. Nobody is ever guessed.
/// <para>
/// A missing user is created under a claim that is taken by compare-and-swap, so that no two workers create the same user. A creation of
/// which nobody knows what became (the process died, the answer was lost) keeps the claim until it cannot arrive any more; whoever comes
/// after that reads the directory first, and repeats it with the same <c>Idempotency-Key</c> only where the user is not there.
/// </para>
/// </summary>
/// <param name="store">The directories.</param>
/// <param name="reader">Reads directories.</param>
/// <param name="sender">Creates users.</param>
/// <param name="updater">Notes what a new user has.</param>
/// <param name="schedule">The limits, which creations share with updates.</param>
/// <param name="options">How long things may take.</param>
/// <param name="time">The clock.</param>
/// <param name="random">Spreads what comes back.</param>
/// <param name="logger">The log.</param>
public sealed partial class UserFinder(
    IDirectoryStore store,
    DirectoryReader reader,
    UpdateSender sender,
    UserUpdater updater,
    UpdateSchedule schedule,
    IOptions<ProcessingOptions> options,
    TimeProvider time,
    Random random,
    ILogger<UserFinder> logger)
{
    // Somebody else is at it, and seldom for longer than this.
    private static readonly TimeSpan WhileClaimed = TimeSpan.FromSeconds(1);

    /// <summary>Finds the user of an event.</summary>
    /// <param name="source">The event's source.</param>
    /// <param name="change">The event.</param>
    /// <param name="user">What it was mapped to; says whom to look for.</param>
    /// <param name="attempt">How it is to be tried.</param>
    /// <param name="cancellationToken">Stops. A creation that is under way then may still arrive.</param>
    public async Task<FoundUser> FindAsync(Source source, ChangeEvent change, MappedUser user, Attempt attempt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(change);
        ArgumentNullException.ThrowIfNull(user);
        var search = user.Search!;
        var rule = source.Mapping.Find!;
        if (await LinkedAsync(source, search, cancellationToken) is { } linked)
        {
            return new FoundUser(linked, null);
        }

        if (search.Value is not { } value)
        {
            return Missing(source, change, rule.Missing == MissingPolicy.Skip, rule.Field is null ? FindFailure.NotLinked() : FindFailure.NotFound(rule.Field));
        }

        while (true)
        {
            var reading = await reader.ReadAsync(source.Truto.Account, cancellationToken);
            var isKnown = reading.Covers(reader.FieldsOf(source));
            var ids = isKnown ? await store.FindAsync(source.Truto.Account, value, cancellationToken) : [];
            if (ids is [var id])
            {
                await RememberAsync(source, search, id, cancellationToken);
                return new FoundUser(id, null);
            }

            var since = change.ReceivedAt;
            var (claim, version) = rule.Missing == MissingPolicy.Create && ids.Count == 0
                ? await store.ReadAsync(NoteKey.Creation(source.Truto.Account, value), DirectoryJson.Default.CreationClaim, cancellationToken)
                : (null, null);
            if (claim?.UserId is { } created && !(reading.FullAt > claim.CreatedAt))
            {
                // No reading of everything has been able to see whether the user is still there.
                await RememberAsync(source, search, created, cancellationToken);
                return new FoundUser(created, null);
            }

            if (claim is { UserId: null } && claim.Until > time.GetUtcNow())
            {
                return new FoundUser(null, Disposition.Wait(WhileClaimed));
            }

            since = claim is { UserId: null } && claim.Until > since ? claim.Until : since;
            var isAmbiguous = ids.Count > 1;
            if (isKnown && (isAmbiguous ? reading.FullAt : reading.ReadAt) >= since)
            {
                return isAmbiguous ? Fail(source, change, FindFailure.Ambiguous(value.Field))
                    : rule.Missing == MissingPolicy.Create ? await CreateAsync(source, change, user, value, claim, version, attempt, cancellationToken)
                    : Missing(source, change, rule.Missing == MissingPolicy.Skip, FindFailure.NotFound(value.Field));
            }

            var progress = await reader.AdvanceAsync(source, since, isAmbiguous, cancellationToken);
            if (!progress.IsDone)
            {
                return new FoundUser(null, progress.Failure is { } failure ? PutOff(source, change, failure, attempt)
                    : progress.IsLimited ? Disposition.AwaitTurn(progress.Wait)
                    : Disposition.Wait(progress.Wait));
            }
        }
    }

    /// <summary>The user of an event as far as it is known; nobody is asked, and nobody is created.</summary>
    /// <param name="source">The event's source.</param>
    /// <param name="user">What it was mapped to; says whom to look for.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<string?> RecallAsync(Source source, MappedUser user, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(user);
        return await LinkedAsync(source, user.Search!, cancellationToken) is { } linked ? linked
            : user.Search!.Value is { } value && await store.FindAsync(source.Truto.Account, value, cancellationToken) is [var id] ? id
            : null;
    }

    private async Task<string?> LinkedAsync(Source source, UserSearch search, CancellationToken cancellationToken)
    {
        if (search.Person is not { } person)
        {
            return null;
        }

        if (source.Mapping.Find!.Links?.Find(person) is { } said)
        {
            return said;
        }

        var key = NoteKey.Link(source.Truto.Account, source.Name, person);
        return (await store.ReadAsync(key, DirectoryJson.Default.PersonLink, cancellationToken)).Note?.UserId;
    }

    /// <summary>Notes who a person is. The first to do so counts: the old link holds.</summary>
    private async Task RememberAsync(Source source, UserSearch search, string userId, CancellationToken cancellationToken)
    {
        if (search.Person is { } person)
        {
            var key = NoteKey.Link(source.Truto.Account, source.Name, person);
            await store.TryWriteAsync(key, new PersonLink(userId), DirectoryJson.Default.PersonLink, null, cancellationToken);
        }
    }

    private async Task<FoundUser> CreateAsync(
        Source source,
        ChangeEvent change,
        MappedUser user,
        DirectoryValue value,
        CreationClaim? claim,
        string? version,
        Attempt attempt,
        CancellationToken cancellationToken)
    {
        var missing = source.Mapping.MissingIn(user.Patch).ToList();
        if (missing.Count > 0)
        {
            return Fail(source, change, Failure.Of(missing));
        }

        if (!Carries(user.Patch, value))
        {
            return Fail(source, change, FindFailure.OtherValue(value.Field));
        }

        var place = new UserKey(source.Truto.Account, $"\0{value.Field} {value.Text}");
        var delay = schedule.TryTake(place, source.Truto.TokenSecret);
        if (delay > TimeSpan.Zero)
        {
            return new FoundUser(null, Disposition.AwaitTurn(delay));
        }

        var startedAt = time.GetUtcNow();

        // What an earlier creation came to is not known: should it have succeeded, Truto answers its repetition with the same user.
        var earlier = claim is { UserId: null, Key: not null } ? claim : null;
        var own = new CreationClaim
        {
            Until = startedAt + options.Value.LeaseDuration,
            Key = earlier?.Key ?? $"{Guid.NewGuid():N}",
        };
        if (startedAt >= attempt.HeldUntil || !await TryClaimAsync(source, value, own, version, cancellationToken))
        {
            schedule.GiveBack(place, source.Truto.TokenSecret);
            return new FoundUser(null, Disposition.Wait(TimeSpan.Zero));
        }

        // The claim counts from before it was written, and the call must not outlast it: others may create the user then.
        var left = startedAt + options.Value.UpdateTimeout - time.GetUtcNow();
        if (left <= TimeSpan.Zero)
        {
            await SettleAsync(source, value, own, earlier ?? new CreationClaim());
            schedule.GiveBack(place, source.Truto.TokenSecret);
            return new FoundUser(null, Disposition.Wait(TimeSpan.Zero));
        }

        var withRecord = DirectoryFields.NeedRecord(source.Mapping.Provider, [value.Field]);
        var (answer, failure) = await SendAsync(source, user.Patch, own, withRecord, left, cancellationToken);
        if (failure is not null)
        {
            if (IsRefusal(failure))
            {
                // What was not tried leaves the earlier one as doubtful as it was.
                await SettleAsync(source, value, own, failure.IsTransient && earlier is not null ? earlier : new CreationClaim());
            }

            if (failure.Cause == Failure.RateLimited)
            {
                schedule.Pause(source.Truto.Account, failure.RetryAfter ?? Backoff.UsualPause);
            }

            return new FoundUser(null, PutOff(source, change, failure, attempt));
        }

        var createdAt = time.GetUtcNow();
        if (DirectoryFields.IdOf(source.Mapping.Provider, answer!.Value) is not { } id)
        {
            // The user is there, and only the directory can say who it is.
            await SettleAsync(source, value, own, own with { Until = createdAt });
            return new FoundUser(null, earlier is null ? Disposition.Wait(WhileClaimed) : PutOff(source, change, FindFailure.NoId(), attempt));
        }

        await SettleAsync(source, value, own, own with { UserId = id, CreatedAt = createdAt });
        await RememberAsync(source, user.Search!, id, CancellationToken.None);
        Log.Created(logger, change.Source, change.Id);
        if (earlier is not null)
        {
            // It may have been created with what another event says: this one's values go to Truto as they always do.
            return new FoundUser(id, null);
        }

        return new FoundUser(null, await updater.CreatedAsync(source, change, user with { UserId = id }, answer.Body, startedAt));
    }

    private async Task<(TrutoResponse<CrmUser>? User, Failure? Failure)> SendAsync(
        Source source, UserPatch patch, CreationClaim claim, bool withRecord, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await sender.CreateAsync(source.Truto, patch, claim.Key!, withRecord, either.Token);
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

    /// <summary>Whether it is certain that nobody was created.</summary>
    private static bool IsRefusal(Failure failure) => !failure.IsTransient || !failure.SpendsAttempt || failure.Cause == Failure.TokenRejected;

    private Task<bool> TryClaimAsync(Source source, DirectoryValue value, CreationClaim claim, string? version, CancellationToken cancellationToken) =>
        store.TryWriteAsync(
            NoteKey.Creation(source.Truto.Account, value), claim, DirectoryJson.Default.CreationClaim, version, cancellationToken);

    /// <summary>Notes what became of a creation, as long as it is still this one's claim.</summary>
    private async Task SettleAsync(Source source, DirectoryValue value, CreationClaim own, CreationClaim settled)
    {
        var key = NoteKey.Creation(source.Truto.Account, value);
        var (known, version) = await store.ReadAsync(key, DirectoryJson.Default.CreationClaim, CancellationToken.None);
        if (known == own)
        {
            await store.TryWriteAsync(key, settled, DirectoryJson.Default.CreationClaim, version, CancellationToken.None);
        }
    }

    private static bool Carries(UserPatch patch, DirectoryValue value) => patch.Fields.Any(field =>
        field.Name.ToString() == value.Field
        && DirectoryValue.Of(value.Field, field.Value.AsText()) == value);

    private FoundUser Missing(Source source, ChangeEvent change, bool skips, Failure failure) => skips
        ? new FoundUser(null, Disposition.Ended(End(source, change, OutcomeStatus.Skipped) with { SkipReason = SkipReason.NoUser }))
        : Fail(source, change, failure);

    private FoundUser Fail(Source source, ChangeEvent change, Failure failure) =>
        new(null, Disposition.Ended(End(source, change, OutcomeStatus.Failed) with { Failure = failure }));

    private Disposition PutOff(Source source, ChangeEvent change, Failure failure, Attempt attempt)
    {
        if (!failure.IsTransient)
        {
            return Disposition.Ended(End(source, change, OutcomeStatus.Failed) with { Failure = failure });
        }

        var failed = attempt.Failed + 1;
        return failure.SpendsAttempt && failed >= options.Value.MaxAttempts
            ? Disposition.Ended(End(source, change, OutcomeStatus.DeadLettered) with { Failure = failure, Attempts = failed })
            : Backoff.Next(failure, failed, options.Value, random.NextDouble());
    }

    private Conclusion End(Source source, ChangeEvent change, OutcomeStatus status) =>
        new(change.Source, change.Id, status, time.GetUtcNow()) { Account = source.Truto.Account, Replay = change.Replay };

    private static partial class Log
    {
        [LoggerMessage(245, LogLevel.Information, "A CRM user was created for event {Source}/{EventId}.")]
        public static partial void Created(ILogger logger, string source, string eventId);
    }
}
