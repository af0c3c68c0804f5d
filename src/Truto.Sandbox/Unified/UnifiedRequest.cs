using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Truto.Sandbox.State;

namespace Truto.Sandbox.Unified;

/// <summary>A call to the unified API, and what is found out about it on its way.</summary>
internal sealed class UnifiedRequest
{
    public const int MaxBody = 1024 * 1024;

    private const string UsersPath = "/unified/crm/users";

    private readonly HttpRequest http;

    public UnifiedRequest(HttpRequest http, DateTimeOffset time, SandboxFault fault)
    {
        this.http = http;
        Time = time;
        Fault = fault;
        Path = ReadPath(http);
        Query = new UnifiedQuery(http.QueryString.Value ?? string.Empty);
        IdempotencyKey = http.Headers["Idempotency-Key"] is [{ Length: > 0 } key] ? key : null;
        (Route, UserId) = ReadRoute(Path);
    }

    public DateTimeOffset Time { get; }

    public SandboxFault Fault { get; }

    /// <summary>The path as it was sent. The decoded one would not tell <c>%2F</c> in a user's id from <c>%252F</c>.</summary>
    public string Path { get; }

    public UnifiedRoute Route { get; }

    public string? UserId { get; }

    public UnifiedQuery Query { get; }

    public string? IdempotencyKey { get; }

    /// <summary>The body; null where there is none, it was not read, or it is too long.</summary>
    public byte[]? Body { get; private set; }

    public bool IsBodyTooLong { get; private set; }

    public bool IsWrite => !HttpMethods.IsGet(Method);

    public bool HasBody => HttpMethods.IsPost(Method) || HttpMethods.IsPatch(Method);

    public bool IsMethodAllowed => Route == UnifiedRoute.Users
        ? HttpMethods.IsGet(Method) || HttpMethods.IsPost(Method)
        : HttpMethods.IsGet(Method) || HttpMethods.IsPatch(Method) || HttpMethods.IsDelete(Method);

    public bool IsJson => http.HasJsonContentType();

    public string Method => http.Method;

    /// <summary>The bearer token, or nothing.</summary>
    public ReadOnlySpan<char> Token
    {
        get
        {
            const string Scheme = "Bearer ";
            return http.Headers.Authorization is [{ } value] && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
                ? value.AsSpan(Scheme.Length).Trim(' ')
                : [];
        }
    }

    /// <summary>The account that the call turned out to be for.</summary>
    public AccountState? Account { get; set; }

    public bool Replayed { get; set; }

    public List<string> IgnoredFields { get; } = [];

    public async Task ReadBodyAsync(CancellationToken cancellationToken)
    {
        if (!HasBody)
            return;
        Body = await RequestBody.ReadAsync(http, MaxBody, cancellationToken);
        IsBodyTooLong = Body is null;
    }

    public SandboxCall ToCall(int? status) => new(Body)
    {
        Time = Time,
        Method = Method,
        Path = Path,
        Query = http.QueryString.Value ?? string.Empty,
        UserId = UserId,
        Account = Account?.Settings.Account.Id ?? Query.Account,
        RemoteQuery = Query.RemoteQuery,
        IdempotencyKey = IdempotencyKey,
        IgnoredFields = IgnoredFields,
        Status = status,
        Replayed = Replayed,
        Fault = Fault,
    };

    private static string ReadPath(HttpRequest http)
    {
        var target = http.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget;

        // Only a proxy is sent an absolute target; its path is decoded, which is good enough there.
        if (target is not ['/', ..])
            return http.Path.ToUriComponent();
        var end = target.AsSpan().IndexOfAny('?', '#');
        var path = end < 0 ? target : target[..end];
        var mount = http.PathBase.ToUriComponent();
        return path.StartsWith(mount, StringComparison.OrdinalIgnoreCase) ? path[mount.Length..] : path;
    }

    private static (UnifiedRoute Route, string? UserId) ReadRoute(string path)
    {
        if (!path.StartsWith(UsersPath, StringComparison.Ordinal))
            return (UnifiedRoute.Unknown, null);
        if (path.Length == UsersPath.Length)
            return (UnifiedRoute.Users, null);
        if (path[UsersPath.Length] != '/')
            return (UnifiedRoute.Unknown, null);

        // No client that follows the URL standard can send "." or ".." as a segment, encoded or not.
        var id = Uri.UnescapeDataString(path.AsSpan(UsersPath.Length + 1));
        return id is "" or "." or ".." || path.AsSpan(UsersPath.Length + 1).Contains('/')
            ? (UnifiedRoute.Unknown, null)
            : (UnifiedRoute.User, id);
    }
}
