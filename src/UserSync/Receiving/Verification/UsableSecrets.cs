using UserSync.Secrets;

namespace UserSync.Receiving.Verification;

/// <summary>
/// Reads every value of every secret of a source, so that a rotation drops no delivery.
/// </summary>
public static class UsableSecrets
{
    /// <summary>Every value of some secrets. An empty one is none: anybody knows it.</summary>
    /// <param name="names">The names of the secrets.</param>
    /// <param name="secrets">Where they are.</param>
    /// <param name="cancellationToken">Stops waiting for them.</param>
    /// <exception cref="SecretStoreException">They cannot be read, so nobody knows.</exception>
    public static ValueTask<IReadOnlyList<string>> ReadAsync(
        IReadOnlyList<string> names, ISecretStore secrets, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        if (names is not [var only])
        {
            return ReadAllAsync(names, secrets, cancellationToken);
        }

        // Nearly every store answers at once, and to wait for it would cost more than its answer.
        var found = secrets.GetAsync(only, cancellationToken);
        return found.IsCompletedSuccessfully ? ValueTask.FromResult(UsableOf(found.Result)) : ReadAsync(found);
    }

    private static async ValueTask<IReadOnlyList<string>> ReadAsync(ValueTask<IReadOnlyList<string>> found) => UsableOf(await found);

    private static async ValueTask<IReadOnlyList<string>> ReadAllAsync(
        IReadOnlyList<string> names, ISecretStore secrets, CancellationToken cancellationToken)
    {
        var values = new List<string>();
        foreach (var name in names)
        {
            values.AddRange(UsableOf(await secrets.GetAsync(name, cancellationToken)));
        }

        return values;
    }

    private static IReadOnlyList<string> UsableOf(IReadOnlyList<string> found)
    {
        for (var i = 0; i < found.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(found[i]))
            {
                return [.. found.Where(value => !string.IsNullOrWhiteSpace(value))];
            }
        }

        return found;
    }
}
