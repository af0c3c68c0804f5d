using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Truto.Sandbox.Json;
using Truto.Sandbox.Providers;
using Truto.Sandbox.State;

namespace Truto.Sandbox.Unified;

/// <summary>What the provider does with a call that has passed every check before it, and how Truto answers in each format.</summary>
internal sealed class UserOperations(SandboxTruto truto)
{
    public Answer Answer(UnifiedRequest request, AccountState account, ProviderTurn turn, UserBody? body)
    {
        if (request.UserId is not { } id)
            return body is null ? List(request.Query, account, turn) : Create(request.Query, account, turn, body);
        if (account.Find(id) is not { } user)
            return turn.Refuse(ProviderProblem.NotFound);
        if (body is not null)
            return Update(request.Query, account, turn, id, body);
        return HttpMethods.IsDelete(request.Method) ? Delete(request.Query, account, turn, id) : Get(request.Query, turn, user);
    }

    private static Answer Get(UnifiedQuery query, ProviderTurn turn, SandboxUser user) =>
        Single(query, turn, user, static (json, provider, user) => provider.WriteOne(json, user));

    private Answer Delete(UnifiedQuery query, AccountState account, ProviderTurn turn, string id)
    {
        if (!account.Remove(id))
            return turn.Refuse(ProviderProblem.NotFound);
        truto.Tell(new SandboxChange(account.Settings.Account.Id, id, "deleted"));
        var answer = query.AsksForMappedFields
            ? Json(turn, json => WriteRemoved(json, id, query))
            : turn.Provider.AnswersRemoval
                ? Raw(query, turn, json => turn.Provider.WriteRemoved(json, id))
                : Empty(turn);
        return answer with { Executed = true };
    }

    private static void WriteRemoved(Utf8JsonWriter json, string id, UnifiedQuery query)
    {
        json.WriteStartObject();
        if (!query.Excluded.HasFlag(UserFields.Id))
            json.WriteString("id", id);
        json.WriteEndObject();
    }

    private static Answer Single(
        UnifiedQuery query,
        ProviderTurn turn,
        SandboxUser user,
        Action<Utf8JsonWriter, ProviderShape, SandboxUser> writeRaw) =>
        query.AsksForMappedFields
            ? Json(turn, json => UnifiedUser.Write(json, turn.Provider, user, query))
            : Raw(query, turn, json => writeRaw(json, turn.Provider, user));

    private static Answer Json(ProviderTurn turn, Action<Utf8JsonWriter> write) =>
        turn.Stamp(new Answer(200, Unified.Answer.Json, JsonText.Write(write, static (json, write) => write(json))));

    private static Answer Raw(UnifiedQuery query, ProviderTurn turn, Action<Utf8JsonWriter> write) =>
        turn.Stamp(new Answer(200, turn.Provider.ContentType, JsonText.Write(write, static (json, write) => write(json)))
        {
            Chunked = query.Format == ResponseFormat.Stream,
        });

    private static Answer Empty(ProviderTurn turn) => turn.Stamp(new Answer(204, ContentType: null, []));

    private Answer List(UnifiedQuery query, AccountState account, ProviderTurn turn)
    {
        var options = truto.Options;
        var limit = Math.Min(query.Limit ?? options.DefaultPageSize, options.MaxPageSize);
        var (users, last) = account.Page(query.After, limit, options.PageScan, user => query.Selects(user, turn.Provider));
        var next = last is { } after ? UnifiedQuery.Cursor(after) : null;
        return query.AsksForMappedFields
            ? Json(turn, json => WriteList(json, turn.Provider, users, next, query))
            : Raw(query, turn, json => turn.Provider.WriteMany(json, users, next));
    }

    private static void WriteList(Utf8JsonWriter json, ProviderShape provider, List<SandboxUser> users, string? next, UnifiedQuery query)
    {
        json.WriteStartObject();
        json.WriteStartArray("result");
        foreach (var user in users)
            UnifiedUser.Write(json, provider, user, query);
        json.WriteEndArray();
        json.WriteString("next_cursor", next);
        json.WriteNull("prev_cursor");
        json.WriteNumber("result_count", users.Count);
        json.WriteEndObject();
    }

    private Answer Create(UnifiedQuery query, AccountState account, ProviderTurn turn, UserBody body)
    {
        if (body.Problem is not null)
            return turn.Refuse(body.Problem);
        var (result, user) = account.Create(body.Patch, turn.Provider, truto.Now);
        if (result == ChangeResult.EmailTaken)
            return turn.Refuse(ProviderProblem.EmailTaken(turn.Provider.EmailKey));
        truto.Tell(new SandboxChange(account.Settings.Account.Id, user.Id, "created"));
        return Single(query, turn, user, static (json, provider, user) => provider.WriteCreated(json, user)) with { Executed = true };
    }

    private Answer Update(UnifiedQuery query, AccountState account, ProviderTurn turn, string id, UserBody body)
    {
        if (body.Problem is not null)
            return turn.Refuse(body.Problem);
        var result = account.Update(id, body.Patch, turn.Provider, truto.Now, out var user);
        if (result == ChangeResult.NotFound)
            return turn.Refuse(ProviderProblem.NotFound);
        if (result == ChangeResult.EmailTaken)
            return turn.Refuse(ProviderProblem.EmailTaken(turn.Provider.EmailKey));
        truto.Tell(new SandboxChange(account.Settings.Account.Id, id, "updated"));
        var answer = query.AsksForMappedFields || turn.Provider.AnswersUpdate ? Get(query, turn, user!) : Empty(turn);
        return answer with { Executed = true };
    }
}
