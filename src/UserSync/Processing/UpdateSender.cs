using System.Runtime.CompilerServices;
using Truto;
using Truto.Crm;
using Truto.Errors;
using Truto.Http;
using UserSync.Expressions;
using UserSync.Mapping;
using UserSync.Outcomes;
using UserSync.Secrets;
using UserSync.Sources;
using UserSync.Telemetry;

namespace UserSync.Processing;

/// <summary>Sends one update to Truto, and says what came of it. Expected failures are results.</summary>
/// <param name="truto">The client.</param>
/// <param name="secrets">Where the API token comes from.</param>
/// <param name="time">The clock.</param>
/// <param name="metrics">Counts.</param>
public sealed class UpdateSender(TrutoClient truto, ISecretStore secrets, TimeProvider time, UserSyncMetrics metrics)
{
    /// <summary>Sends an update.</summary>
    /// <param name="target">Where to, and how.</param>
    /// <param name="userId">The CRM user's id.</param>
    /// <param name="patch">What to change, as the JSON that Truto takes.</param>
    /// <param name="timeout">How long it may take, with all that belongs to it.</param>
    /// <param name="cancellationToken">Ends the update.</param>
    /// <exception cref="SecretStoreException">The API token cannot be read.</exception>
    [AsyncMethodBuilder(typeof(ReusedTaskBuilder<>))]
    public async ValueTask<UpdateResult> SendAsync(
        TrutoTarget target, string userId, ReadOnlyMemory<byte> patch, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        var (response, failure) = await RunAsync(
            target,
            (Users: truto.CrmUsers, Target: target, UserId: userId, Patch: patch, Time: time, Start: time.GetTimestamp(), Timeout: timeout, Cancellation: cancellationToken),
            static (update, token) => update.Users.UpdateJsonAsync(
                update.UserId,
                update.Patch,
                update.Target.ResponseFormat,
                Call(update.Target, token, Left(update.Time, update.Start, update.Timeout)),
                update.Cancellation),
            cancellationToken);

        // Salesforce answers nothing, not even the id: answer at least whom the update was for.
        return failure is null && response!.Value is null && target.ResponseFormat == CrmUserFormat.Unified
            ? new UpdateResult(JsonText.ToObject([("id", JsonText.ToElement(userId))]), null)
            : new UpdateResult(response?.Value, failure);
    }

    /// <summary>Creates a user.</summary>
    /// <param name="target">Where, and how.</param>
    /// <param name="patch">What the user is to have.</param>
    /// <param name="idempotencyKey">The same for each repetition: Truto answers a repetition with the first answer.</param>
    /// <param name="withRecord">Whether the provider's own record has to come with the answer.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="SecretStoreException">The API token cannot be read.</exception>
    internal ValueTask<(TrutoResponse<CrmUser>? User, Failure? Failure)> CreateAsync(
        TrutoTarget target, UserPatch patch, string idempotencyKey, bool withRecord, CancellationToken cancellationToken)
    {
        var body = TrutoPatch.Of(patch);
        return RunAsync(
            target,
            truto.CrmUsers,
            (users, token) => new ValueTask<TrutoResponse<CrmUser>>(users.CreateAsync(
                body,
                Call(target, token) with
                {
                    IdempotencyKey = idempotencyKey,
                    IgnoreRemoteData = withRecord ? false : target.IgnoreRemoteData,

                    // The id is what the answer is for.
                    ExcludeFields = null,
                },
                cancellationToken)),
            cancellationToken);
    }

    /// <summary>Gets one page of an account's users.</summary>
    /// <param name="target">Where.</param>
    /// <param name="query">Which users.</param>
    /// <param name="cursor">Which page.</param>
    /// <param name="withRecord">Whether the provider's own records have to come with them.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="SecretStoreException">The API token cannot be read.</exception>
    internal async Task<(CrmUserPage? Page, Failure? Failure)> ListAsync(
        TrutoTarget target, CrmUserQuery query, string? cursor, bool withRecord, CancellationToken cancellationToken)
    {
        var call = new TrutoCall { IntegratedAccountId = target.Account, IgnoreRemoteData = !withRecord, MaxRetries = 0 };
        var (response, failure) = await RunAsync(
            target,
            truto.CrmUsers,
            (users, token) => new ValueTask<TrutoResponse<CrmUserPage>>(
                users.ListPageAsync(query, cursor, call with { Token = token }, cancellationToken)),
            cancellationToken);
        return (response?.Value, failure);
    }

    /// <summary>Calls with the API token, once more where it has just been replaced.</summary>
    [AsyncMethodBuilder(typeof(ReusedTaskBuilder<>))]
    private async ValueTask<(TrutoResponse<T>? Answer, Failure? Failure)> RunAsync<TState, T>(
        TrutoTarget target, TState state, Func<TState, string, ValueTask<TrutoResponse<T>>> call, CancellationToken cancellationToken)
    {
        for (var isAgain = false; ; isAgain = true)
        {
            if (await secrets.GetAsync(target.TokenSecret, cancellationToken) is not [var token, ..])
            {
                return (null, Failure.NoToken(target.TokenSecret));
            }

            try
            {
                return (await call(state, token), null);
            }
            catch (Exception exception) when (Expected(exception, target, token) is { } failure)
            {
                if (isAgain || failure.Cause != Failure.TokenRejected)
                {
                    return (null, failure);
                }
            }

            secrets.Invalidate(target.TokenSecret);
            metrics.SecretRefreshed(target.TokenSecret, "refused");
        }
    }

    /// <summary>What the token, and a first call that was refused it, have left of an update's time.</summary>
    private static TimeSpan Left(TimeProvider time, long start, TimeSpan timeout)
    {
        var left = timeout - time.GetElapsedTime(start);
        return left > TimeSpan.Zero ? left : throw new TrutoException(TrutoErrorCause.Timeout);
    }

    private static Failure? Expected(Exception exception, TrutoTarget target, string token) => exception switch
    {
        TrutoException failed => Failure.Of(failed, token),

        // A token that no header can hold.
        InvalidOperationException => Failure.NoToken(target.TokenSecret),

        // An id that no address can hold. The client's words on it quote nothing.
        ArgumentException wrong => Failure.CannotBeSent(wrong.Message),
        _ => null,
    };

    private static TrutoCall Call(TrutoTarget target, string token, TimeSpan? timeout = null) => new()
    {
        Token = token,
        IntegratedAccountId = target.Account,
        IgnoreRemoteData = target.IgnoreRemoteData,
        ExcludeFields = target.ExcludeFields,
        RemoteQuery = target.RemoteQuery,
        Timeout = timeout,

        // Whoever waits for the next attempt, here or in the queue, must not hold the user's lease meanwhile.
        MaxRetries = 0,
    };
}
