using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Truto.Sandbox.Unified;

namespace Truto.Sandbox.Control;

/// <summary>Lets another process on this machine drive a sandbox. Its JSON is the sandbox's own, not Truto's.</summary>
internal sealed class ControlEndpoints(SandboxTruto truto)
{
    private const int MaxBody = 16 * 1024 * 1024;
    private const int DefaultCount = 1_000;
    private const int MaxCount = 100_000;

    public void MapTo(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/accounts", Guarded(GetAccountsAsync));
        routes.MapPut("/accounts/{id}", Guarded(PutAccountAsync));
        routes.MapDelete("/accounts/{id}", Guarded(DeleteAccountAsync));
        routes.MapGet("/users", Guarded(GetUsersAsync));
        routes.MapPut("/users", Guarded(PutUsersAsync));
        routes.MapDelete("/users", Guarded(DeleteUserAsync));
        routes.MapGet("/calls", Guarded(GetCallsAsync));
        routes.MapDelete("/calls", Guarded(DeleteCallsAsync));
        routes.MapGet("/faults", Guarded(GetFaultsAsync));
        routes.MapPut("/faults", Guarded(PutFaultsAsync));
        routes.MapGet("/limits", Guarded(GetLimitsAsync));
        routes.MapPut("/limits", Guarded(PutLimitsAsync));
        routes.MapPut("/tokens", Guarded(PutTokenAsync));
        routes.MapDelete("/tokens", Guarded(DeleteTokenAsync));
        routes.MapPost("/reset", Guarded(ResetAsync));
    }

    private static RequestDelegate Guarded(RequestDelegate handler) => async context =>
    {
        // No address at all means a transport that does not leave the machine.
        if (context.Connection.RemoteIpAddress is { } caller && !IPAddress.IsLoopback(caller))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        try
        {
            await handler(context);
        }
        catch (Exception exception) when (exception is ArgumentException or BadHttpRequestException or JsonException or FormatException)
        {
            await Refusals.BadRequest(exception.Message).SendAsync(context.Response, context.RequestAborted);
        }
    };

    private static async Task<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
    {
        var body = await RequestBody.ReadAsync(context.Request, MaxBody, context.RequestAborted)
            ?? throw new BadHttpRequestException("The request body exceeds 16 MiB.");
        return JsonSerializer.Deserialize(body, type) ?? throw new BadHttpRequestException("The request body must not be null.");
    }

    private static Task WriteAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type)
    {
        context.Response.ContentType = Answer.Json;
        return JsonSerializer.SerializeAsync(context.Response.BodyWriter, value, type, context.RequestAborted);
    }

    private static Task Done(HttpContext context, bool found = true)
    {
        context.Response.StatusCode = found ? StatusCodes.Status204NoContent : StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static string Required(HttpContext context, string name) => context.Request.Query[name] is [{ Length: > 0 } value]
        ? value
        : throw new BadHttpRequestException($"The query parameter {name} is required.");

    private static int Count(HttpContext context) => context.Request.Query["limit"] is not [{ } value] ? DefaultCount
        : int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= MaxCount ? count
        : throw new BadHttpRequestException($"The query parameter limit must be from 1 to {MaxCount}.");

    private static string AccountId(HttpContext context) => (string)context.GetRouteValue("id")!;

    private Task GetAccountsAsync(HttpContext context)
    {
        var accounts = truto.Accounts.OrderBy(account => account.Id, StringComparer.Ordinal);
        return WriteAsync(context, [.. accounts], ControlJson.Default.ListSandboxAccount);
    }

    private async Task PutAccountAsync(HttpContext context)
    {
        var account = await ReadAsync(context, ControlJson.Default.SandboxAccount);
        truto.PutAccount(account with { Id = AccountId(context) });
        await Done(context);
    }

    private Task DeleteAccountAsync(HttpContext context) => Done(context, truto.RemoveAccount(AccountId(context)));

    private Task GetUsersAsync(HttpContext context)
    {
        var account = Required(context, "account");
        if (context.Request.Query["id"] is [{ } id])
        {
            return truto.Find(account, id) is { } user
                ? WriteAsync(context, user, ControlJson.Default.SandboxUser)
                : Done(context, found: false);
        }

        if (truto.State(account) is not { } state)
            return Done(context, found: false);
        var (users, next) = state.Page(
            UnifiedQuery.ParseCursor(context.Request.Query["cursor"].ToString()), Count(context), int.MaxValue, static _ => true);
        var document = new UsersDocument(state.Count, users, next is { } after ? UnifiedQuery.Cursor(after) : null);
        return WriteAsync(context, document, ControlJson.Default.UsersDocument);
    }

    private async Task PutUsersAsync(HttpContext context)
    {
        var account = Required(context, "account");
        foreach (var user in await ReadAsync(context, ControlJson.Default.ListSandboxUser))
            truto.PutUser(account, user);
        await Done(context);
    }

    private Task DeleteUserAsync(HttpContext context) =>
        Done(context, truto.RemoveUser(Required(context, "account"), Required(context, "id")));

    private Task GetCallsAsync(HttpContext context)
    {
        var calls = truto.Calls.TakeLast(Count(context));
        return WriteAsync(context, new CallsDocument(truto.Calls.Total, [.. calls]), ControlJson.Default.CallsDocument);
    }

    private Task DeleteCallsAsync(HttpContext context)
    {
        truto.Calls.Clear();
        return Done(context);
    }

    private Task GetFaultsAsync(HttpContext context) =>
        WriteAsync(context, FaultsDocument.Of(truto.Faults), ControlJson.Default.FaultsDocument);

    private async Task PutFaultsAsync(HttpContext context)
    {
        (await ReadAsync(context, ControlJson.Default.FaultsDocument)).ApplyTo(truto.Faults);
        await Done(context);
    }

    private Task GetLimitsAsync(HttpContext context) =>
        WriteAsync(context, LimitsDocument.Of(truto.Limits), ControlJson.Default.LimitsDocument);

    private async Task PutLimitsAsync(HttpContext context)
    {
        truto.Limits = (await ReadAsync(context, ControlJson.Default.LimitsDocument)).ToLimits();
        await Done(context);
    }

    private async Task PutTokenAsync(HttpContext context)
    {
        truto.AddToken((await ReadAsync(context, ControlJson.Default.TokenDocument)).Token ?? string.Empty);
        await Done(context);
    }

    private async Task DeleteTokenAsync(HttpContext context) =>
        await Done(context, truto.RevokeToken((await ReadAsync(context, ControlJson.Default.TokenDocument)).Token ?? string.Empty));

    private Task ResetAsync(HttpContext context)
    {
        truto.Reset();
        return Done(context);
    }
}
