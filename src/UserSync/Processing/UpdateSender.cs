using System.Diagnostics;
using System.Text.Json;
using Truto;
using Truto.Crm;
using Truto.Errors;
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
/// <param name="metrics">Counts.</param>
public sealed class UpdateSender(TrutoClient truto, ISecretStore secrets, UserSyncMetrics metrics)
{
    /// <summary>Sends an update.</summary>
    /// <param name="target">Where to, and how.</param>
    /// <param name="userId">The CRM user's id.</param>
    /// <param name="patch">What to change.</param>
    /// <param name="cancellationToken">Ends the update.</param>
    /// <exception cref="SecretStoreException">The API token cannot be read.</exception>
    public async Task<UpdateResult> SendAsync(TrutoTarget target, string userId, UserPatch patch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        var (response, failure) = await RunAsync(
            target, token => CallAsync(target, userId, patch, token, cancellationToken), cancellationToken);
        return new UpdateResult(response, failure);
    }

    /// <summary>Creates a user.</summary>
    /// <param name="target">Where, and how.</param>
    /// <param name="patch">What the user is to have.</param>
    /// <param name="idempotencyKey">The same for each repetition: Truto answers a repetition with the first answer.</param>
    /// <param name="withRecord">Whether the provider's own record has to come with the answer.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="SecretStoreException">The API token cannot be read.</exception>
    internal Task<(TrutoResponse<CrmUser>? User, Failure? Failure)> CreateAsync(
        TrutoTarget target, UserPatch patch, string idempotencyKey, bool withRecord, CancellationToken cancellationToken)
    {
        var body = TrutoPatch.Of(patch);
        return RunAsync<TrutoResponse<CrmUser>>(
            target,
            async token => await truto.CrmUsers.CreateAsync(
                body,
                Call(target, token) with
                {
                    IdempotencyKey = idempotencyKey,
                    IgnoreRemoteData = withRecord ? false : target.IgnoreRemoteData,

                    // The id is what the answer is for.
                    ExcludeFields = null,
                },
                cancellationToken),
            cancellationToken);
    }

    /// <summary>Gets one page of an account's users.</summary>
    /// <param name="target">Where.</param>
    /// <param name="query">Which users.</param>
    /// <param name="cursor">Which page.</param>
    /// <param name="withRecord">Whether the provider's own records have to come with them.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="SecretStoreException">The API token cannot be read.</exception>
    internal Task<(CrmUserPage? Page, Failure? Failure)> ListAsync(
        TrutoTarget target, CrmUserQuery query, string? cursor, bool withRecord, CancellationToken cancellationToken)
    {
        var call = new TrutoCall { IntegratedAccountId = target.Account, IgnoreRemoteData = !withRecord, MaxRetries = 0 };
        return RunAsync<CrmUserPage>(
            target,
            async token => (await truto.CrmUsers.ListPageAsync(query, cursor, call with { Token = token }, cancellationToken)).Value,
            cancellationToken);
    }

    /// <summary>Calls with the API token, once more where it has just been replaced.</summary>
    private async Task<(T? Answer, Failure? Failure)> RunAsync<T>(
        TrutoTarget target, Func<string, Task<T?>> call, CancellationToken cancellationToken)
    {
        var result = await TryRunAsync(target, call, cancellationToken);
        if (result.Failure?.Cause != Failure.TokenRejected)
        {
            return result;
        }

        secrets.Invalidate(target.TokenSecret);
        metrics.SecretRefreshed(target.TokenSecret, "refused");
        return await TryRunAsync(target, call, cancellationToken);
    }

    private async Task<(T? Answer, Failure? Failure)> TryRunAsync<T>(
        TrutoTarget target, Func<string, Task<T?>> call, CancellationToken cancellationToken)
    {
        if (await secrets.GetAsync(target.TokenSecret, cancellationToken) is not [var token, ..])
        {
            return (default, Failure.NoToken(target.TokenSecret));
        }

        try
        {
            return (await call(token), null);
        }
        catch (TrutoException exception)
        {
            return (default, Failure.Of(exception, token));
        }
        catch (InvalidOperationException)
        {
            // A token that no header can hold.
            return (default, Failure.NoToken(target.TokenSecret));
        }
        catch (ArgumentException exception)
        {
            // An id that no address can hold. The client's words on it quote nothing.
            return (default, Failure.CannotBeSent(exception.Message));
        }
    }

    private static TrutoCall Call(TrutoTarget target, string token) => new()
    {
        Token = token,
        IntegratedAccountId = target.Account,
        IgnoreRemoteData = target.IgnoreRemoteData,
        ExcludeFields = target.ExcludeFields,
        RemoteQuery = target.RemoteQuery,

        // Whoever waits for the next attempt, here or in the queue, must not hold the user's lease meanwhile.
        MaxRetries = 0,
    };

    private async Task<JsonElement?> CallAsync(
        TrutoTarget target, string userId, UserPatch patch, string token, CancellationToken cancellationToken)
    {
        var body = TrutoPatch.Of(patch);
        var call = Call(target, token);
        switch (target.ResponseFormat)
        {
            case ResponseFormat.Unified:
                var response = await truto.CrmUsers.UpdateAsync(userId, body, call, cancellationToken);

                // Salesforce answers nothing, not even the id: answer at least whom the update was for.
                return response.Body ?? JsonText.ToObject([("id", JsonText.ToElement(response.Value.Id ?? userId))]);
            case ResponseFormat.Raw:
                return (await truto.CrmUsers.UpdateRawAsync(userId, body, call, cancellationToken)).Value;
            case ResponseFormat.Normalized:
                return (await truto.CrmUsers.UpdateNormalizedAsync(userId, body, call, cancellationToken)).Value;
            default:
                throw new UnreachableException();
        }
    }
}
