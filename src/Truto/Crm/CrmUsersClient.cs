using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Truto.Errors;
using Truto.Http;

namespace Truto.Crm;

/// <summary>
/// The users of the unified CRM API. Every method throws a <see cref="TrutoException"/> where the call fails, an
/// <see cref="OperationCanceledException"/> where its own cancellation token ends it, an <see cref="ArgumentException"/> for an
/// argument that cannot be sent, and an <see cref="InvalidOperationException"/> where there is no usable token.
/// </summary>
public sealed class CrmUsersClient
{
    private const string Collection = "/unified/crm/users";
    private const string Item = Collection + "/{id}";
    private static readonly Operation Updating = new(HttpMethod.Patch, Item);
    private static readonly Operation Getting = new(HttpMethod.Get, Item);
    private static readonly Operation Creating = new(HttpMethod.Post, Collection);
    private static readonly Operation Deleting = new(HttpMethod.Delete, Item);
    private static readonly Operation Listing = new(HttpMethod.Get, Collection);

    private const int LongestCursor = 8192;
    private const int MostEmptyPages = 1000;

    private static readonly TrutoCall NoOptions = new();

    private readonly Transport transport;
    private readonly string collection;

    internal CrmUsersClient(Transport transport)
    {
        this.transport = transport;
        collection = transport.Root + Collection;
    }

    /// <summary>Updates a user: <c>PATCH /unified/crm/users/{id}</c>.</summary>
    /// <param name="id">The provider's id of the user: any text but <c>.</c> and <c>..</c>, at most 2048 characters.</param>
    /// <param name="patch">The fields to write, at least one.</param>
    /// <param name="call">The options of the call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>
    /// The user as the provider has it now, as far as it says: an empty body is a success, and then only the id is known.
    /// </returns>
    public async Task<TrutoResponse<CrmUser>> UpdateAsync(
        string id, CrmUserPatch patch, TrutoCall? call = null, CancellationToken cancellationToken = default) =>
        User(await transport.SendAsync(Update(id, patch, call, "unified"), cancellationToken), id);

    /// <summary>Updates a user and returns the provider's own answer, unprocessed: <c>truto_response_format=raw</c>.</summary>
    /// <inheritdoc cref="UpdateAsync" path="/param"/>
    /// <returns>The provider's JSON, or <see langword="null"/> where it answered with no body.</returns>
    public async Task<TrutoResponse<JsonElement?>> UpdateRawAsync(
        string id, CrmUserPatch patch, TrutoCall? call = null, CancellationToken cancellationToken = default)
    {
        var response = await transport.SendAsync(Update(id, patch, call, "raw"), cancellationToken);
        return response.As(response.Body, response.Body);
    }

    /// <summary>
    /// Updates a user and returns the answer in Truto's normalized format: <c>truto_response_format=normalized</c>. How that differs
    /// from a unified user is not documented, so it is plain JSON.
    /// </summary>
    /// <inheritdoc cref="UpdateAsync" path="/param"/>
    /// <returns>The JSON, or <see langword="null"/> where there is no body.</returns>
    public async Task<TrutoResponse<JsonElement?>> UpdateNormalizedAsync(
        string id, CrmUserPatch patch, TrutoCall? call = null, CancellationToken cancellationToken = default)
    {
        var response = await transport.SendAsync(Update(id, patch, call, "normalized"), cancellationToken);
        return response.As(response.Body, response.Body);
    }

    /// <summary>
    /// Updates a user with a patch that is JSON already, and returns JSON: for whoever has the one, or hands the other on, and needs no
    /// types between.
    /// </summary>
    /// <param name="id">The provider's id of the user: any text but <c>.</c> and <c>..</c>, at most 2048 characters.</param>
    /// <param name="patch">
    /// One JSON object in UTF-8 with the fields to write, at least one, named as Truto names them and nested no deeper than
    /// <see cref="TrutoOptions.MaxJsonDepth"/>. It is sent byte for byte, and must not change before the call has ended.
    /// </param>
    /// <param name="format">In which form Truto answers.</param>
    /// <param name="call">The options of the call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>
    /// The JSON, a unified user without a <c>result</c> wrapper around it; <see langword="null"/> where there is no body, which is a
    /// success.
    /// </returns>
    [AsyncMethodBuilder(typeof(ReusedTaskBuilder<>))]
    public async ValueTask<TrutoResponse<JsonElement?>> UpdateJsonAsync(
        string id,
        ReadOnlyMemory<byte> patch,
        CrmUserFormat format = CrmUserFormat.Unified,
        TrutoCall? call = null,
        CancellationToken cancellationToken = default)
    {
        var request = new ApiRequest(Updating, Address(id, call, Name(format)), call ?? NoOptions) { Body = Checked(patch) };
        var response = await transport.SendAsync(request, cancellationToken);
        var body = format is CrmUserFormat.Unified ? Unwrap(response.Body) : response.Body;
        return response.As(body, body);
    }

    /// <summary>Updates a user and hands out the answer while it arrives: <c>truto_response_format=stream</c>.</summary>
    /// <inheritdoc cref="UpdateAsync" path="/param"/>
    /// <returns>The answer, to be disposed of.</returns>
    public async Task<TrutoStream> UpdateStreamAsync(
        string id, CrmUserPatch patch, TrutoCall? call = null, CancellationToken cancellationToken = default) =>
        await transport.OpenAsync(Update(id, patch, call, "stream", streams: true), cancellationToken);

    /// <summary>Gets a user: <c>GET /unified/crm/users/{id}</c>.</summary>
    /// <param name="id">The provider's id of the user: any text but <c>.</c> and <c>..</c>, at most 2048 characters.</param>
    /// <param name="call">The options of the call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<TrutoResponse<CrmUser>> GetAsync(
        string id, TrutoCall? call = null, CancellationToken cancellationToken = default)
    {
        var response = await transport.SendAsync(OnItem(Getting, id, call), cancellationToken);

        // An empty answer to a write says that it was done; to a read it says nothing.
        return response.Body is { ValueKind: JsonValueKind.Object }
            ? User(response, id)
            : throw Failure.Invalid(response.Call, response.StatusCode, "The answer is not a JSON object.");
    }

    /// <summary>Creates a user: <c>POST /unified/crm/users</c>.</summary>
    /// <param name="user">The fields of the new user, at least one.</param>
    /// <param name="call">The options of the call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The new user, as far as the provider says; its id may be missing.</returns>
    public async Task<TrutoResponse<CrmUser>> CreateAsync(
        CrmUserPatch user, TrutoCall? call = null, CancellationToken cancellationToken = default)
    {
        var body = Body(user);
        call ??= NoOptions;
        var request = new ApiRequest(Creating, Query(call, format: null, collection).Finish(), call) { Body = body };
        return User(await transport.SendAsync(request, cancellationToken), id: null);
    }

    /// <summary>Deletes a user: <c>DELETE /unified/crm/users/{id}</c>.</summary>
    /// <param name="id">The provider's id of the user: any text but <c>.</c> and <c>..</c>, at most 2048 characters.</param>
    /// <param name="call">The options of the call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The id of the deleted user.</returns>
    public async Task<TrutoResponse<string>> DeleteAsync(
        string id, TrutoCall? call = null, CancellationToken cancellationToken = default)
    {
        var response = User(await transport.SendAsync(OnItem(Deleting, id, call), cancellationToken), id);
        return new TrutoResponse<string>
        {
            Value = response.Value.Id ?? id,
            StatusCode = response.StatusCode,
            Body = response.Body,
            RateLimit = response.RateLimit,
            Attempts = response.Attempts,
            IdempotencyKey = response.IdempotencyKey,
        };
    }

    /// <summary>
    /// Lists users: <c>GET /unified/crm/users</c>, page after page while the caller reads on. Each page is a call of its own, with
    /// its own retries and deadline.
    /// </summary>
    /// <param name="query">Which users; all where it is <see langword="null"/>.</param>
    /// <param name="call">The options of the calls.</param>
    /// <param name="cancellationToken">Ends the list.</param>
    public IAsyncEnumerable<CrmUser> ListAsync(
        CrmUserQuery? query = null, TrutoCall? call = null, CancellationToken cancellationToken = default)
    {
        query ??= new CrmUserQuery();
        call ??= NoOptions;

        // Makes the first request now, so that a wrong argument fails here and not where the list is read.
        return ReadPagesAsync(List(query, call, cursor: null), query, call, cancellationToken);
    }

    /// <summary>
    /// Gets one page of users: <c>GET /unified/crm/users</c>. For whoever keeps the cursor, to go on after an interruption.
    /// </summary>
    /// <param name="query">Which users, the same for each page; all where it is <see langword="null"/>.</param>
    /// <param name="cursor">The <see cref="CrmUserPage.NextCursor"/> of the page before; <see langword="null"/> for the first.</param>
    /// <param name="call">The options of the call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<TrutoResponse<CrmUserPage>> ListPageAsync(
        CrmUserQuery? query = null, string? cursor = null, TrutoCall? call = null, CancellationToken cancellationToken = default)
    {
        var response = await transport.SendAsync(List(query ?? new CrmUserQuery(), call ?? NoOptions, cursor), cancellationToken);
        return response.As(new CrmUserPage(Page(response), Cursor(response)), response.Body);
    }

    private async IAsyncEnumerable<CrmUser> ReadPagesAsync(
        ApiRequest request, CrmUserQuery query, TrutoCall call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var emptyPages = 0;
        while (true)
        {
            var response = await transport.SendAsync(request, cancellationToken);
            var users = Page(response);
            foreach (var user in users)
            {
                yield return user;
            }

            if (Cursor(response) is not { } cursor)
            {
                yield break;
            }

            // A page may be empty and have a successor, but not without end.
            emptyPages = users.Count == 0 ? emptyPages + 1 : 0;
            if (!seen.Add(cursor) || emptyPages >= MostEmptyPages)
            {
                throw Failure.Invalid(response.Call, response.StatusCode, "The list does not end: its pages repeat or stay empty.");
            }

            request = List(query, call, cursor);
        }
    }

    private static List<CrmUser> Page(ApiResponse response)
    {
        if (Json.Member(response.Body, "result") is not { ValueKind: JsonValueKind.Array } result)
        {
            throw Failure.Invalid(response.Call, response.StatusCode, "The answer is not a list: it has no array named result.");
        }

        var users = new List<CrmUser>(result.GetArrayLength());
        foreach (var item in result.EnumerateArray())
        {
            users.Add(item.ValueKind is JsonValueKind.Object
                ? CrmUser.Read(item, idOfTheCall: null)
                : throw Failure.Invalid(response.Call, response.StatusCode, "The list holds something that is not a JSON object."));
        }

        return users;
    }

    private static string? Cursor(ApiResponse response)
    {
        var cursor = Json.Member(response.Body, "next_cursor") switch
        {
            null or { ValueKind: JsonValueKind.Null } => "",
            { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
            { } other => Json.Text(other),
        };
        return cursor switch
        {
            null or { Length: > LongestCursor } =>
                throw Failure.Invalid(response.Call, response.StatusCode, "The list's next_cursor is not a text that can be sent back."),
            "" => null,
            _ => cursor,
        };
    }

    private static TrutoResponse<CrmUser> User(ApiResponse response, string? id)
    {
        var body = Unwrap(response.Body);
        return response.As(CrmUser.Read(body, id), body);
    }

    /// <summary>A lone <c>result</c> around the record goes away; Truto's documents disagree on whether it is there.</summary>
    private static JsonElement? Unwrap(JsonElement? body) =>
        body is { ValueKind: JsonValueKind.Object } wrapper && wrapper.GetPropertyCount() == 1
            && Json.Member(wrapper, "result") is { ValueKind: JsonValueKind.Object } record
            ? record
            : body;

    private ApiRequest Update(string id, CrmUserPatch patch, TrutoCall? call, string format, bool streams = false) =>
        new(Updating, Address(id, call, format), call ?? NoOptions) { Body = Body(patch), Streams = streams };

    private ApiRequest OnItem(Operation operation, string id, TrutoCall? call) =>
        new(operation, Address(id, call, format: null), call ?? NoOptions);

    private string Address(string id, TrutoCall? call, string? format) =>
        Query(call ?? NoOptions, format, collection, "/", Percent.EncodeId(id)).Finish();

    private ApiRequest List(CrmUserQuery query, TrutoCall call, string? cursor)
    {
        if (query.Limit is < 1)
        {
            throw new ArgumentException("CrmUserQuery.Limit must be at least 1.", nameof(query));
        }

        var parameters = Query(call, format: null, collection)
            .AddIfSet("limit", query.Limit?.ToString(CultureInfo.InvariantCulture))
            .AddIfSet("updated_at[gt]", query.UpdatedAfter)
            .AddIfSet("updated_at[lt]", query.UpdatedBefore)
            .AddIfSet("created_at[gt]", query.CreatedAfter)
            .AddIfSet("created_at[lt]", query.CreatedBefore);
        foreach (var (name, value) in query.Filters ?? [])
        {
            if (name is "integrated_account_id" or "remote_query" or "limit" or "next_cursor"
                || name.StartsWith("truto_", StringComparison.Ordinal))
            {
                throw new ArgumentException("CrmUserQuery.Filters holds a parameter that the client sets itself.", nameof(query));
            }

            parameters.AddNode(QueryString.Checked(name), value);
        }

        return new ApiRequest(Listing, parameters.AddIfSet("next_cursor", cursor).Finish(), call);
    }

    private static QueryString Query(TrutoCall call, string? format, params ReadOnlySpan<string> path)
    {
        if (call.IntegratedAccountId is "")
        {
            throw new ArgumentException(
                "TrutoCall.IntegratedAccountId must not be empty; leave it null with an integrated-account token.", nameof(call));
        }

        var query = new QueryString(path)
            .AddIfSet("integrated_account_id", call.IntegratedAccountId)
            .AddIfSet("truto_response_format", format)
            .AddIfSet("truto_ignore_remote_data", call.IgnoreRemoteData switch { null => null, true => "true", false => "false" });
        foreach (var field in call.ExcludeFields ?? [])
        {
            if (string.IsNullOrEmpty(field))
            {
                throw new ArgumentException("TrutoCall.ExcludeFields holds an empty name.", nameof(call));
            }

            query.Add("truto_exclude_fields[]", field);
        }

        return call.RemoteQuery is { } remote ? query.AddNode("remote_query", remote) : query;
    }

    private byte[] Body(CrmUserPatch patch)
    {
        ArgumentNullException.ThrowIfNull(patch);

        if (patch.IsEmpty)
        {
            throw NothingToWrite(nameof(patch));
        }

        CheckDepth(patch.CustomFields, nameof(patch));
        CheckDepth(patch.RemoteData, nameof(patch));
        return patch.ToUtf8Json();
    }

    private void CheckDepth(Optional<JsonObject?> field, string parameter)
    {
        if (field.IsSet && Json.IsDeeperThan(field.Value, transport.MaxJsonDepth - 1))
        {
            throw TooDeep(parameter);
        }
    }

    private ReadOnlyMemory<byte> Checked(ReadOnlyMemory<byte> patch) => Json.Inspect(patch.Span, transport.MaxJsonDepth) switch
    {
        JsonBody.Object => patch,
        JsonBody.EmptyObject => throw NothingToWrite(nameof(patch)),
        JsonBody.TooDeep => throw TooDeep(nameof(patch)),

        // Not why: the reader's words on it quote what it stumbled on.
        _ => throw new ArgumentException("The patch is not one JSON object in UTF-8.", nameof(patch)),
    };

    private static ArgumentException NothingToWrite(string parameter) =>
        new("The patch has no field set, so there is nothing to write.", parameter);

    private ArgumentException TooDeep(string parameter) =>
        new($"The patch is nested deeper than MaxJsonDepth, {transport.MaxJsonDepth} levels.", parameter);

    private static string Name(CrmUserFormat format) => format switch
    {
        CrmUserFormat.Unified => "unified",
        CrmUserFormat.Raw => "raw",
        CrmUserFormat.Normalized => "normalized",
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "There is no such format."),
    };
}
