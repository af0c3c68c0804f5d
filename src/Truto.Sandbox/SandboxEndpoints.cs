using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Truto.Sandbox.Control;
using Truto.Sandbox.Unified;

namespace Truto.Sandbox;

/// <summary>Serves a sandbox from a web application.</summary>
public static class SandboxEndpoints
{
    /// <summary>
    /// Adds the unified API under <c>/unified</c>, and under <c>/_sandbox</c> what another process on this machine needs to drive the
    /// sandbox.
    /// </summary>
    /// <remarks>
    /// The routes of <c>/_sandbox</c> answer 204 where they have nothing to say, 400 with a message where an order makes no sense,
    /// 404 where there is no such thing, and 403 to a caller on another machine. Names in JSON are in snake case.
    /// <list type="table">
    /// <item><term><c>GET /_sandbox/accounts</c></term><description>Every account, without tokens.</description></item>
    /// <item>
    /// <term><c>PUT</c>, <c>DELETE /_sandbox/accounts/{id}</c></term>
    /// <description>
    /// <c>{"provider", "status": "active" | "needs_reauth", "blocked", "read_only", "missing_scopes": [], "tokens": []}</c>
    /// </description>
    /// </item>
    /// <item>
    /// <term><c>GET /_sandbox/users?account=</c></term>
    /// <description><c>{"total", "users": [], "next"}</c>; with <c>limit=</c> and <c>cursor=</c> from <c>next</c>.</description>
    /// </item>
    /// <item><term><c>GET</c>, <c>DELETE /_sandbox/users?account=&amp;id=</c></term><description>One user.</description></item>
    /// <item>
    /// <term><c>PUT /_sandbox/users?account=</c></term>
    /// <description>An array of users, up to 16 MiB, each put in or replaced; it ends at the first that is refused.</description>
    /// </item>
    /// <item>
    /// <term><c>GET</c>, <c>DELETE /_sandbox/calls</c></term>
    /// <description><c>{"total", "calls": []}</c>, the latest <c>limit=</c> of them.</description>
    /// </item>
    /// <item>
    /// <term><c>GET</c>, <c>PUT /_sandbox/faults</c></term>
    /// <description>
    /// <c>{"rates": {"drop_after": 0.01}, "latency": {"min_ms", "max_ms"}, "next": ["hang"], "seed"}</c>; what is left out ends.
    /// </description>
    /// </item>
    /// <item>
    /// <term><c>GET</c>, <c>PUT /_sandbox/limits</c></term>
    /// <description>
    /// <c>{"token": {"requests", "window_seconds"}, "account": …, "provider": …}</c>; what is left out is off.
    /// </description>
    /// </item>
    /// <item><term><c>PUT</c>, <c>DELETE /_sandbox/tokens</c></term><description><c>{"token"}</c>, an API token.</description></item>
    /// <item><term><c>POST /_sandbox/reset</c></term><description>As <see cref="SandboxTruto.Reset"/>.</description></item>
    /// </list>
    /// </remarks>
    /// <param name="endpoints">The application's endpoints.</param>
    /// <param name="truto">The state to serve.</param>
    public static IEndpointConventionBuilder MapTrutoSandbox(this IEndpointRouteBuilder endpoints, SandboxTruto truto)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(truto);
        var lifetime = endpoints.ServiceProvider.GetService<IHostApplicationLifetime>();
        var unified = new UnifiedEndpoint(truto, lifetime?.ApplicationStopping ?? CancellationToken.None);
        var group = endpoints.MapGroup(string.Empty);
        group.Map("/unified/{**path}", unified.HandleAsync);
        new ControlEndpoints(truto).MapTo(group.MapGroup("/_sandbox"));
        return group;
    }
}
