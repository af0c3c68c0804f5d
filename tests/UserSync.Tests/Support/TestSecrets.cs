using UserSync.Secrets;

namespace UserSync.Tests.Support;

/// <summary>Secrets in memory.</summary>
internal sealed class TestSecrets : ISecretStore
{
    private readonly Dictionary<string, string[]> values = new(StringComparer.Ordinal);

    /// <summary>The names that were asked for, in order.</summary>
    internal List<string> Asked { get; } = [];

    /// <summary>A store with one secret, which may have several values.</summary>
    internal static TestSecrets Of(string name, params string[] values) => new TestSecrets().Add(name, values);

    internal TestSecrets Add(string name, params string[] secret)
    {
        values[name] = secret;
        return this;
    }

    public ValueTask<IReadOnlyList<string>> GetAsync(string name, CancellationToken cancellationToken)
    {
        Asked.Add(name);
        return ValueTask.FromResult<IReadOnlyList<string>>(values.GetValueOrDefault(name) ?? []);
    }

    public void Invalidate(string name)
    {
        // Nothing is kept.
    }
}
