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
    /// sandbox: <c>accounts</c>, <c>users</c>, <c>calls</c>, <c>faults</c>, <c>limits</c>, <c>tokens</c> and <c>reset</c>. Those
    /// refuse every caller that is not on this machine.
    /// </summary>
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
