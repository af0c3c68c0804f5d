namespace UserSync.Azure.Secrets;

/// <summary>What Key Vault said of a secret.</summary>
internal sealed class SecretSnapshot
{
    private readonly SecretVersion[] versions;
    private readonly string[] values;
    private readonly DateTimeOffset firstEnd;

    /// <summary>Notes what it said.</summary>
    /// <param name="all">The versions, the newest first. One that holds nothing does not count: anybody could sign with it.</param>
    /// <param name="askedAt">When it was asked, as a timestamp of the clock.</param>
    internal SecretSnapshot(IEnumerable<SecretVersion> all, long askedAt)
    {
        versions = [.. all.Where(version => !string.IsNullOrWhiteSpace(version.Value))];
        values = [.. versions.Select(version => version.Value)];
        firstEnd = versions.Select(version => version.ExpiresAt).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
        AskedAt = askedAt;
    }

    /// <summary>The versions that count, the newest first; none where there is no such secret, or it cannot be used.</summary>
    internal IReadOnlyList<SecretVersion> Versions => versions;

    /// <summary>The newest version; <see langword="null"/> where there is none.</summary>
    internal string? Newest => versions is [var newest, ..] ? newest.Id : null;

    /// <summary>When it was asked, as a timestamp of the clock.</summary>
    internal long AskedAt { get; }

    /// <summary>The values that can still be used, the newest first.</summary>
    /// <param name="now">The time.</param>
    internal IReadOnlyList<string> Values(DateTimeOffset now) =>
        now < firstEnd ? values : [.. versions.Where(version => now < version.ExpiresAt).Select(version => version.Value)];
}
