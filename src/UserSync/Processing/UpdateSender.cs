using System.Diagnostics;
using System.Text.Json;
using Truto;
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
        var result = await TrySendAsync(target, userId, patch, cancellationToken);
        if (result.Failure?.Cause != Failure.TokenRejected)
        {
            return result;
        }

        // The token may just have been replaced: ask the store again, once.
        secrets.Invalidate(target.TokenSecret);
        metrics.SecretRefreshed(target.TokenSecret, "refused");
        return await TrySendAsync(target, userId, patch, cancellationToken);
    }

    private async Task<UpdateResult> TrySendAsync(TrutoTarget target, string userId, UserPatch patch, CancellationToken cancellationToken)
    {
        if (await secrets.GetAsync(target.TokenSecret, cancellationToken) is not [var token, ..])
        {
            return new UpdateResult(null, Failure.NoToken(target.TokenSecret));
        }

        try
        {
            return new UpdateResult(await CallAsync(target, userId, patch, token, cancellationToken), null);
        }
        catch (TrutoException exception)
        {
            return new UpdateResult(null, Failure.Of(exception, token));
        }
        catch (InvalidOperationException)
        {
            // A token that no header can hold.
            return new UpdateResult(null, Failure.NoToken(target.TokenSecret));
        }
        catch (ArgumentException exception)
        {
            // An id that no address can hold. The client's words on it quote nothing.
            return new UpdateResult(null, Failure.CannotBeSent(exception.Message));
        }
    }

    private async Task<JsonElement?> CallAsync(
        TrutoTarget target, string userId, UserPatch patch, string token, CancellationToken cancellationToken)
    {
        var body = TrutoPatch.Of(patch);
        var call = new TrutoCall
        {
            Token = token,
            IntegratedAccountId = target.Account,
            IgnoreRemoteData = target.IgnoreRemoteData,
            ExcludeFields = target.ExcludeFields,
            RemoteQuery = target.RemoteQuery,

            // Whoever waits for the next attempt, here or in the queue, must not hold the user's lease meanwhile.
            MaxRetries = 0,
        };
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
