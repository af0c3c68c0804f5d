using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.DataProtection;
using UserSync.Console;
using UserSync.Console.SignIn;
using UserSync.Endpoints;
using UserSync.Secrets;

namespace Server.Operator;

/// <summary>
/// Lets only the operator see the console, by the rule of <see cref="OperatorAccess"/>: where there is a key, whoever has signed in with
/// it; otherwise whoever is on this machine while the server listens to nobody else.
/// </summary>
/// <param name="console">The pages.</param>
/// <param name="access">The rule.</param>
/// <param name="secrets">Where the key comes from.</param>
/// <param name="protection">Protects what a signed-in browser shows.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class ConsoleAccess(
    ConsoleEndpoint console,
    OperatorAccess access,
    ISecretStore secrets,
    IDataProtectionProvider protection,
    TimeProvider time,
    ILogger<ConsoleAccess> logger) : IDisposable
{
    /// <summary>The cookie of a browser that has signed in.</summary>
    internal const string Cookie = "user-sync-operator";

    /// <summary>How many sign-ins an address may try in a minute.</summary>
    internal const int MostAttempts = 10;

    private const string Root = "/";

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(8);

    private readonly IDataProtector protector = protection.CreateProtector("Server.ConsoleAccess");

    private readonly PartitionedRateLimiter<IPAddress> attempts = PartitionedRateLimiter.Create<IPAddress, IPAddress>(
        address => RateLimitPartition.GetFixedWindowLimiter(
            address, _ => new FixedWindowRateLimiterOptions { PermitLimit = MostAttempts, Window = TimeSpan.FromMinutes(1) }));

    /// <inheritdoc/>
    public void Dispose() => attempts.Dispose();

    /// <summary>Answers a request for the console.</summary>
    /// <param name="context">The request.</param>
    /// <param name="path">The path of the page.</param>
    /// <param name="cancellationToken">Stops.</param>
    internal async Task<IResult> HandleAsync(HttpContext context, string path, CancellationToken cancellationToken)
    {
        ConsoleEndpoint.Harden(context.Response);

        // A page is made for the address that it was asked for at.
        if (!Uri.TryCreate($"{context.Request.Scheme}://{context.Request.Host}/", UriKind.Absolute, out _))
        {
            return new ProblemResult(StatusCodes.Status400BadRequest, "bad-request", "The request's Host header is no host.");
        }

        var frame = console.FrameOf(context.Request, Root, path) with { IsWhole = true };
        var keys = await secrets.GetAsync(OperatorAccess.KeySecret, cancellationToken);
        if (keys.Count == 0)
        {
            return await access.RefusalAsync(context) is null
                ? await console.HandleAsync(context.Request, frame, cancellationToken)
                : ConsoleEndpoint.Refuse(
                    frame, $"Set the secret \"{OperatorAccess.KeySecret}\", or listen on this machine only and enter the address yourself.");
        }

        var isSignedIn = IsSignedIn(context.Request, keys);
        return path switch
        {
            SignInPages.Path => await SignInAsync(context, frame, keys),
            SignInPages.OutPath => await SignOutAsync(context, frame),
            _ when isSignedIn || ConsoleEndpoint.IsAsset(path) =>
                await console.HandleAsync(context.Request, frame with { CanSignOut = isSignedIn }, cancellationToken),
            _ => Results.LocalRedirect(frame.Link(SignInPages.Path, ("return", ReturnTo(context.Request)))),
        };
    }

    /// <summary>What only a page shows; an action is not repeated by itself.</summary>
    private static string? ReturnTo(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Path != Root ? request.Path + request.QueryString : null;

    private static string DigestOf(string key) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private async Task<IResult> SignInAsync(HttpContext context, ConsoleFrame frame, IReadOnlyList<string> keys)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            return Ask(SignInPages.SafeReturn(context.Request.Query["return"]), null, StatusCodes.Status200OK);
        }

        if (await console.CheckFormAsync(context.Request, frame) is { } refusal)
        {
            return refusal;
        }

        var target = SignInPages.SafeReturn(context.Request.Form["return"]);
        using var permit = attempts.AttemptAcquire(context.Connection.RemoteIpAddress ?? IPAddress.None);
        if (!permit.IsAcquired)
        {
            context.Response.Headers.RetryAfter = "60";
            return Ask(target, "Too many attempts. Wait a minute.", StatusCodes.Status429TooManyRequests);
        }

        if (context.Request.Form["key"] is not [{ Length: > 0 } key] || !OperatorAccess.IsOneOf(keys, key))
        {
            Log.WrongKey(logger);
            return Ask(target, "That is not the operator's key.", StatusCodes.Status401Unauthorized);
        }

        Log.SignedIn(logger);
        var until = time.GetUtcNow() + Lifetime;
        context.Response.Cookies.Append(Cookie, protector.Protect($"{until.ToUnixTimeSeconds()} {DigestOf(key)}"), CookieOf(context.Request));
        return Results.LocalRedirect(target);

        IResult Ask(string page, string? problem, int status) =>
            SignInPages.Show(console.WithToken(context, frame), new SignInModel(page, problem), status);
    }

    private async Task<IResult> SignOutAsync(HttpContext context, ConsoleFrame frame)
    {
        if (await console.CheckFormAsync(context.Request, frame) is { } refusal)
        {
            return refusal;
        }

        if (HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.Cookies.Delete(Cookie, CookieOf(context.Request));
        }

        return Results.LocalRedirect(frame.Link(SignInPages.Path));
    }

    private static CookieOptions CookieOf(HttpRequest request) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = request.IsHttps,
        IsEssential = true,
        Path = Root,
    };

    /// <summary>Whether the cookie is ours, not too old, and from a key that still opens.</summary>
    private bool IsSignedIn(HttpRequest request, IReadOnlyList<string> keys)
    {
        if (request.Cookies[Cookie] is not { Length: > 0 } cookie)
        {
            return false;
        }

        try
        {
            return protector.Unprotect(cookie).Split(' ') is [var until, var digest]
                && time.GetUtcNow().ToUnixTimeSeconds() < long.Parse(until, NumberStyles.None, CultureInfo.InvariantCulture)
                && OperatorAccess.IsOneOf([.. keys.Select(DigestOf)], digest);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(520, LogLevel.Information, "The operator signed in to the console.")]
        public static partial void SignedIn(ILogger logger);

        [LoggerMessage(521, LogLevel.Warning, "Somebody tried to sign in to the console with a wrong key.")]
        public static partial void WrongKey(ILogger logger);
    }
}
