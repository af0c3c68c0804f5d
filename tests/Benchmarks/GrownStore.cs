using Microsoft.Extensions.Hosting;

namespace Benchmarks;

/// <summary>A store with so many users and outcomes.</summary>
/// <param name="users">How many.</param>
/// <param name="workspace">Where it is.</param>
/// <param name="host">The product with it.</param>
internal sealed class GrownStore(int users, Workspace workspace, IHost host) : IDisposable
{
    internal int Users => users;

    internal IHost Host => host;

    /// <summary>Events processed a second, by round.</summary>
    internal List<double> Rates { get; } = [];

    /// <inheritdoc/>
    public void Dispose()
    {
        host.Dispose();
        workspace.Dispose();
    }
}
