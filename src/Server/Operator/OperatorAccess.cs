using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using UserSync.Endpoints;
using UserSync.Secrets;

namespace Server.Operator;

/// <summary>
/// Lets only the operator see events and replay them: whoever shows the operator's key, or, where there is no key, whoever is on this
/// machine while the server listens to nobody else.
/// </summary>
/// <param name="secrets">Where the key comes from.</param>
/// <param name="server">What the server listens on.</param>
internal sealed class OperatorAccess(ISecretStore secrets, IServer server) : IEndpointFilter
{
    /// <summary>The name of the secret that holds the key.</summary>
    internal const string KeySecret = "operator-key";

    /// <summary>The header that carries the key, the same as in Azure.</summary>
    internal const string KeyHeader = "x-functions-key";

    /// <inheritdoc/>
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        await RefusalAsync(context.HttpContext) ?? await next(context);

    /// <summary>Why a request is not the operator's; <see langword="null"/> where it is.</summary>
    /// <param name="context">The request.</param>
    internal async ValueTask<IResult?> RefusalAsync(HttpContext context)
    {
        var known = await secrets.GetAsync(KeySecret, context.RequestAborted);
        if (known.Count == 0)
        {
            return IsLoopbackOnly() && IsMeantForThisMachine(context.Request)
                ? null
                : new ProblemResult(StatusCodes.Status403Forbidden, "no-operator-key", $"Set the secret \"{KeySecret}\", or listen and call on this machine only.");
        }

        return context.Request.Headers[KeyHeader] is [{ Length: > 0 } key] && IsOneOf(known, key)
            ? null
            : new ProblemResult(StatusCodes.Status401Unauthorized, "not-the-operator", $"Show the operator's key in the header {KeyHeader}.");
    }

    /// <summary>Whether a key is one of the operator's.</summary>
    /// <param name="known">The operator's keys.</param>
    /// <param name="key">The key.</param>
    internal static bool IsOneOf(IReadOnlyList<string> known, string key) => known.Aggregate(false, (fits, secret) => Equal(key, secret) | fits);

    /// <summary>Compares digests, so that neither the time nor the length tells anything.</summary>
    private static bool Equal(string given, string expected) => CryptographicOperations.FixedTimeEquals(
        SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(expected)));

    /// <summary>
    /// Whether it is this machine that the caller means: a page in the operator's own browser may reach this address too, under the name
    /// of its own site, or from that site.
    /// </summary>
    private static bool IsMeantForThisMachine(HttpRequest request) =>
        IsLoopback(request.Host.Host)
        && (request.Headers.Origin is [] || (request.Headers.Origin is [{ } origin] && origin == $"{request.Scheme}://{request.Host}"))
        && request.Headers["Sec-Fetch-Site"] is [] or ["same-origin"] or ["none"];

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private bool IsLoopbackOnly()
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        return addresses.Count > 0 && addresses.All(address => IsLoopback(BindingAddress.Parse(address).Host));
    }
}
