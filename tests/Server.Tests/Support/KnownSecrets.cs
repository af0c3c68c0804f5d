using UserSync.Secrets;

namespace Server.Tests.Support;

/// <summary>A secret store whose every secret has the same values.</summary>
/// <param name="values">The values, the newest first.</param>
internal sealed class KnownSecrets(params IReadOnlyList<string> values) : ISecretStore
{
    public ValueTask<IReadOnlyList<string>> GetAsync(string name, CancellationToken cancellationToken) => ValueTask.FromResult(values);

    public void Invalidate(string name)
    {
    }
}
