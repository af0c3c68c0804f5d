using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Truto;
using Truto.Errors;
using UserSync.Expressions;
using UserSync.Mapping;
using UserSync.Outcomes;
using UserSync.Receiving.Events;
using UserSync.Secrets;
using UserSync.Sources;

namespace UserSync.Processing;

/// <summary>Maps one change event and brings its CRM user up to date. Whatever happens, the event ends in an outcome.</summary>
/// <param name="truto">The client.</param>
/// <param name="secrets">Where the API token comes from.</param>
/// <param name="logger">The log.</param>
public sealed partial class ChangeProcessor(TrutoClient truto, ISecretStore secrets, ILogger<ChangeProcessor> logger)
{
    /// <summary>Processes an event.</summary>
    /// <param name="source">The event's source.</param>
    /// <param name="change">The event.</param>
    /// <param name="cancellationToken">Ends the update.</param>
    /// <exception cref="OperationCanceledException">The update was ended.</exception>
    /// <exception cref="SecretStoreException">The API token cannot be read.</exception>
    public async Task<Outcome> ProcessAsync(Source source, ChangeEvent change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(change);
        var outcome = await ApplyAsync(source, change, cancellationToken);
        if (outcome.Failure is { } failure)
        {
            Log.Failed(logger, change.Source, change.Id, failure.Cause, failure.Reason);
        }
        else
        {
            Log.Finished(logger, change.Source, change.Id, outcome.Status);
        }

        return outcome;
    }

    private async Task<Outcome> ApplyAsync(Source source, ChangeEvent change, CancellationToken cancellationToken)
    {
        try
        {
            if (!source.Events.Takes(change))
            {
                return Outcome.Skipped(change, SkipReason.Filtered);
            }
        }
        catch (ExpressionException exception)
        {
            return Outcome.Failed(change, Failure.Of([new MappingProblem("when", null, exception.Message)]));
        }

        var user = source.Mapping.Map(change);
        if (user.Problems.Count > 0)
        {
            return Outcome.Failed(change, Failure.Of(user.Problems), user);
        }

        return user.Patch.IsEmpty ? Outcome.Skipped(change, SkipReason.Unchanged) : await UpdateAsync(source.Truto, change, user, cancellationToken);
    }

    private async Task<Outcome> UpdateAsync(TrutoTarget target, ChangeEvent change, MappedUser user, CancellationToken cancellationToken)
    {
        var outcome = await TryUpdateAsync(target, change, user, cancellationToken);
        if (outcome.Failure?.Cause != Failure.TokenRejected)
        {
            return outcome;
        }

        // The token may just have been replaced: ask the store again, once.
        secrets.Invalidate(target.TokenSecret);
        return await TryUpdateAsync(target, change, user, cancellationToken);
    }

    private async Task<Outcome> TryUpdateAsync(TrutoTarget target, ChangeEvent change, MappedUser user, CancellationToken cancellationToken)
    {
        if (await secrets.GetAsync(target.TokenSecret, cancellationToken) is not [var token, ..])
        {
            return Outcome.Failed(change, Failure.NoToken(target.TokenSecret), user);
        }

        try
        {
            return Outcome.Applied(change, user, await SendAsync(target, user, token, cancellationToken));
        }
        catch (TrutoException exception)
        {
            return Outcome.Failed(change, Failure.Of(exception), user);
        }
        catch (InvalidOperationException)
        {
            return Outcome.Failed(change, Failure.NoToken(target.TokenSecret), user);
        }
        catch (ArgumentException exception)
        {
            // An id that no address can hold. The client's words on it quote nothing.
            return Outcome.Failed(change, Failure.CannotBeSent(exception.Message), user);
        }
    }

    private async Task<JsonElement?> SendAsync(TrutoTarget target, MappedUser user, string token, CancellationToken cancellationToken)
    {
        var patch = TrutoPatch.Of(user.Patch);
        var call = new TrutoCall
        {
            Token = token,
            IntegratedAccountId = target.Account,
            IgnoreRemoteData = target.IgnoreRemoteData,
            ExcludeFields = target.ExcludeFields,
            RemoteQuery = target.RemoteQuery,
        };
        switch (target.ResponseFormat)
        {
            case ResponseFormat.Unified:
                var response = await truto.CrmUsers.UpdateAsync(user.UserId, patch, call, cancellationToken);

                // Salesforce answers nothing, not even the id: answer at least whom the update was for.
                return response.Body ?? JsonText.ToObject([("id", JsonText.ToElement(response.Value.Id ?? user.UserId))]);
            case ResponseFormat.Raw:
                return (await truto.CrmUsers.UpdateRawAsync(user.UserId, patch, call, cancellationToken)).Value;
            case ResponseFormat.Normalized:
                return (await truto.CrmUsers.UpdateNormalizedAsync(user.UserId, patch, call, cancellationToken)).Value;
            default:
                throw new UnreachableException();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(200, LogLevel.Information, "Event {Source}/{EventId} is {Status}.")]
        public static partial void Finished(ILogger logger, string source, string eventId, OutcomeStatus status);

        [LoggerMessage(201, LogLevel.Warning, "Event {Source}/{EventId} failed ({Cause}): {Reason}")]
        public static partial void Failed(ILogger logger, string source, string eventId, string cause, string reason);
    }
}
