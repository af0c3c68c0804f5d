using UserSync.Secrets;

namespace UserSync.Receiving.Verification;

/// <summary>Tries every value of every secret of a source, so that a rotation drops no delivery.</summary>
internal static class SecretMatch
{
    /// <summary>Every value of some secrets. An empty one is none: anybody knows it.</summary>
    internal static async ValueTask<IReadOnlyList<string>> ReadAsync(IReadOnlyList<string> names, ISecretStore secrets, CancellationToken cancellationToken)
    {
        if (names is [var only])
        {
            var found = await secrets.GetAsync(only, cancellationToken);
            return found.All(IsUsable) ? found : [.. found.Where(IsUsable)];
        }

        var values = new List<string>();
        foreach (var name in names)
        {
            values.AddRange((await secrets.GetAsync(name, cancellationToken)).Where(IsUsable));
        }

        return values;
    }

    /// <summary>The first secret that fits; <see cref="Verdict.NoSecret"/> where there is none to try.</summary>
    internal static async ValueTask<VerificationResult> FindAsync(
        IReadOnlyList<string> names,
        ISecretStore secrets,
        Func<string, bool> fits,
        CancellationToken cancellationToken)
    {
        var known = await ReadAsync(names, secrets, cancellationToken);
        foreach (var secret in known)
        {
            if (fits(secret))
            {
                return new VerificationResult(Verdict.Valid, secret);
            }
        }

        return new VerificationResult(known.Count == 0 ? Verdict.NoSecret : Verdict.Mismatch);
    }

    private static bool IsUsable(string secret) => !string.IsNullOrWhiteSpace(secret);
}
