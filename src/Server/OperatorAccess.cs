using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using UserSync.Endpoints;
using UserSync.Secrets;

namespace Server;

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
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var known = await secrets.GetAsync(KeySecret, context.HttpContext.RequestAborted);
        if (known.Count == 0)
        {
            return IsLoopbackOnly()
                ? await next(context)
                : new ProblemResult(StatusCodes.Status403Forbidden, "no-operator-key", $"Set the secret \"{KeySecret}\", or listen on this machine only.");
        }

        return context.HttpContext.Request.Headers[KeyHeader] is [{ Length: > 0 } key] && known.Aggregate(false, (fits, secret) => Equal(key, secret) | fits)
            ? await next(context)
            : new ProblemResult(StatusCodes.Status401Unauthorized, "not-the-operator", $"Show the operator's key in the header {KeyHeader}.");
    }

    /// <summary>Compares digests, so that neither the time nor the length tells anything.</summary>
    private static bool Equal(string given, string expected) => CryptographicOperations.FixedTimeEquals(
        SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(expected)));

    private bool IsLoopbackOnly()
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        return addresses.Count > 0 && addresses.All(address => BindingAddress.Parse(address) is var binding
            && (binding.Host == "localhost" || (IPAddress.TryParse(binding.Host, out var ip) && IPAddress.IsLoopback(ip))));
    }
}
