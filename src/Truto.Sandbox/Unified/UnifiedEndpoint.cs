using Microsoft.AspNetCore.Http;
using Truto.Sandbox.Providers;
using Truto.Sandbox.State;

namespace Truto.Sandbox.Unified;

/// <summary>
/// Serves the unified API. The checks come in this order: connection faults, route, token, account, Truto's limits, idempotency,
/// query and body, provider.
/// </summary>
/// <param name="truto">The state.</param>
/// <param name="stopping">Ends every wait when the host stops.</param>
internal sealed class UnifiedEndpoint(SandboxTruto truto, CancellationToken stopping)
{
    private const int MaxIdempotencyKey = 255;

    private readonly UserOperations operations = new(truto);

    public async Task HandleAsync(HttpContext context)
    {
        var request = new UnifiedRequest(context.Request, truto.Time.GetUtcNow(), truto.Faults.Draw());
        try
        {
            if (request.Fault is SandboxFault.DropBefore or SandboxFault.Hang)
            {
                await LoseAsync(context, request);
                return;
            }

            await request.ReadBodyAsync(context.RequestAborted);
            var answer = await AnswerAsync(request, context.RequestAborted);
            truto.Calls.Add(request.ToCall(answer.Status));
            if (request.Fault == SandboxFault.DropAfter)
            {
                context.Abort();
                return;
            }

            var sent = request.Fault == SandboxFault.Garbage ? answer.AsGarbage() : answer;
            await sent.SendAsync(context.Response, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The caller has given up, or the host stops: there is nobody to answer.
            context.Abort();
        }
    }

    private async Task LoseAsync(HttpContext context, UnifiedRequest request)
    {
        truto.Calls.Add(request.ToCall(status: null));
        if (request.Fault == SandboxFault.Hang)
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
            await Task.Delay(Timeout.InfiniteTimeSpan, truto.Time, end.Token);
        }

        context.Abort();
    }

    private async ValueTask<Answer> AnswerAsync(UnifiedRequest request, CancellationToken aborted)
    {
        if (request.Route == UnifiedRoute.Unknown)
            return Refusals.UnknownRoute;
        if (!request.IsMethodAllowed)
            return Refusals.MethodNotAllowed;
        if (truto.Tokens.Find(request.Token) is not { } token)
            return Refusals.Unauthorized;
        if ((token.Account ?? request.Query.Account) is not { } id)
            return Refusals.MissingAccount;
        if (!string.Equals(request.Query.Account ?? id, id, StringComparison.Ordinal) || truto.State(id) is not { } account)
            return Refusals.UnknownAccount;

        request.Account = account;
        var settings = account.Settings;
        if ((CheckAccount(request, account, settings) ?? CheckLimits(request, account, token)) is { } refusal)
            return refusal;
        return request is { IsWrite: true, IdempotencyKey: { } key }
            ? await ExecuteOnceAsync(request, account, settings, key, aborted)
            : await ExecuteAsync(request, account, settings);
    }

    private Answer? CheckAccount(UnifiedRequest request, AccountState account, AccountSettings settings)
    {
        if (settings.Account.Blocked)
            return Refusals.Blocked;
        if (settings.Account.Status == SandboxAccountStatus.NeedsReauth)
            return TakeTurn(account, settings).Refuse(ProviderProblem.Unauthorized);
        if (settings.Account.ReadOnly && request.IsWrite)
            return Refusals.ReadOnly;
        return settings.Account.MissingScopes is { Count: > 0 } scopes
            ? TakeTurn(account, settings).Refuse(ProviderProblem.Forbidden, scopes)
            : null;
    }

    private Answer? CheckLimits(UnifiedRequest request, AccountState account, KnownToken token)
    {
        if (request.Fault == SandboxFault.TrutoError)
            return Refusals.Failed;
        var (limits, now) = (truto.Limits, truto.Milliseconds);
        if (limits.Token is { } tokenLimit && !token.Meter.Take(tokenLimit, now).Allowed)
            return Refusals.TokenLimit;
        var overLimit = limits.Account is { } accountLimit && !account.Meter.Take(accountLimit, now).Allowed;
        return overLimit || request.Fault == SandboxFault.TrutoRateLimit ? Refusals.AccountLimit : null;
    }

    private async ValueTask<Answer> ExecuteOnceAsync(
        UnifiedRequest request,
        AccountState account,
        AccountSettings settings,
        string key,
        CancellationToken aborted)
    {
        // Truto documents no greatest length.
        if (key.Length > MaxIdempotencyKey)
            return Refusals.BadRequest($"Idempotency-Key must not be longer than {MaxIdempotencyKey} characters");
        var scope = new IdempotencyKey(settings.Account.Id, request.UserId, key);
        while (true)
        {
            var entry = truto.Idempotency.Claim(scope, truto.Milliseconds, out var isFirst);
            if (isFirst)
                return await ExecuteFirstAsync(request, account, settings, scope, entry);
            if (await entry.Answer.WaitAsync(aborted) is { } answer)
            {
                request.Replayed = true;
                return answer.AsReplay();
            }
        }
    }

    private async ValueTask<Answer> ExecuteFirstAsync(
        UnifiedRequest request,
        AccountState account,
        AccountSettings settings,
        IdempotencyKey scope,
        IdempotencyEntry entry)
    {
        Answer? executed = null;
        try
        {
            var answer = await ExecuteAsync(request, account, settings);
            executed = answer.Executed ? answer : null;
            return answer;
        }
        finally
        {
            if (executed is null)
                truto.Idempotency.Abandon(scope, entry);
            else
                truto.Idempotency.Keep(scope, entry, executed, truto.Milliseconds);
        }
    }

    private async ValueTask<Answer> ExecuteAsync(UnifiedRequest request, AccountState account, AccountSettings settings)
    {
        if (request.Query.Problem is { } problem)
            return Refusals.BadRequest(problem);
        UserBody? body = null;
        if (request.HasBody && (body = UserBody.Read(request, settings.Provider, out var refusal)) is null)
            return refusal!;

        // Not ended when the caller gives up: what was sent to a provider is done there.
        if (truto.Faults.DrawLatency() is { Ticks: > 0 } latency)
            await Task.Delay(latency, truto.Time, stopping);

        var turn = TakeTurn(account, settings);
        return request.Fault switch
        {
            SandboxFault.BadGateway => Refusals.BadGateway,
            SandboxFault.GatewayTimeout => Refusals.GatewayTimeout,
            SandboxFault.ServiceUnavailable => turn.Refuse(ProviderProblem.Unavailable),
            SandboxFault.ProviderRateLimit => turn.RefuseByLimit(),
            _ when !turn.Reading.Allowed => turn.RefuseByLimit(),
            _ => operations.Answer(request, account, turn, body),
        };
    }

    private ProviderTurn TakeTurn(AccountState account, AccountSettings settings) =>
        ProviderTurn.Take(account, settings, truto.Limits.Provider, truto.Milliseconds);
}
