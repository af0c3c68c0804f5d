using UserSync.Secrets;

namespace UserSync.Tests.Support;

/// <summary>A secret that has another value each time that it is said to have been refused.</summary>
internal sealed class RotatedSecrets(params string[] values) : ISecretStore
{
    private int current;

    internal List<string> Invalidated { get; } = [];

    public ValueTask<IReadOnlyList<string>> GetAsync(string name, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<string>>([values[Math.Min(current, values.Length - 1)]]);

    public void Invalidate(string name)
    {
        Invalidated.Add(name);
        current++;
    }
}
