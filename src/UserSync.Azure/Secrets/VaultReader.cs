using System.Net;
using Azure;
using Azure.Security.KeyVault.Secrets;
using Microsoft.Extensions.Logging;
using UserSync.Secrets;

namespace UserSync.Azure.Secrets;

/// <summary>
/// Reads secrets from the vault: one call where nothing has changed, and where a secret has several versions that count, one more for
/// each page of them. What a version holds never changes, so it is read once.
/// </summary>
/// <param name="client">The client.</param>
/// <param name="overlap">How long a former version goes on to count.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class VaultReader(SecretClient client, TimeSpan overlap, TimeProvider time, ILogger logger)
{
    // Whoever rotates more often than this in the time of overlap has other worries.
    private const int MostThatCount = 4;

    private const int MostListed = 1000;
    private const int NotFound = (int)HttpStatusCode.NotFound;
    private const int Forbidden = (int)HttpStatusCode.Forbidden;
    private const string NoSuchSecret = "SecretNotFound";

    private readonly Lock gate = new();
    private long pausedAt;
    private TimeSpan pause = TimeSpan.Zero;

    /// <summary>Whether the vault has asked to be left alone, and that time is not over.</summary>
    internal bool IsPaused
    {
        get
        {
            lock (gate)
            {
                return time.GetElapsedTime(pausedAt) < pause;
            }
        }
    }

    /// <summary>
    /// Leaves the vault alone for a while: its limits are for all secrets together. Of several pauses at once, the one that ends last counts.
    /// </summary>
    /// <param name="length">For how long.</param>
    internal void Pause(TimeSpan length)
    {
        lock (gate)
        {
            var now = time.GetTimestamp();
            if (length > pause - time.GetElapsedTime(pausedAt, now))
            {
                (pausedAt, pause) = (now, length);
            }
        }
    }

    /// <summary>Reads a secret.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="known">What is known of it; <see langword="null"/> for nothing.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal async Task<SecretSnapshot> ReadAsync(string name, SecretSnapshot? known, CancellationToken cancellationToken)
    {
        var askedAt = time.GetTimestamp();
        KeyVaultSecret? latest;
        try
        {
            var newest = (await client.GetSecretAsync(name, cancellationToken: cancellationToken)).Value;
            latest = IsUsable(newest.Properties) ? newest : null;
        }
        catch (RequestFailedException refusal) when (refusal.Status == NotFound && refusal.ErrorCode == NoSuchSecret)
        {
            return new SecretSnapshot([], askedAt);
        }
        catch (RequestFailedException refusal) when (refusal.Status == Forbidden)
        {
            // The newest version may be disabled, so that a former one counts again; the list says so, or is refused as well.
            latest = null;
        }

        var isAlone = overlap == TimeSpan.Zero || (known?.Versions is [var one] && one.Id == latest?.Properties.Version);
        var read = latest is not null && isAlone
            ? new SecretSnapshot([VersionOf(latest)], askedAt)
            : new SecretSnapshot(await ReadVersionsAsync(name, latest, known, cancellationToken), askedAt);
        if (read.Versions.Count == 0)
        {
            Log.NotUsable(logger, name);
        }

        return read;
    }

    private static SecretVersion VersionOf(KeyVaultSecret secret) =>
        new(secret.Properties.Version, SecretText.Of(secret.Value ?? string.Empty), secret.Properties.ExpiresOn, secret.Properties.CreatedOn);

    /// <summary>The time from which a version counts.</summary>
    private static DateTimeOffset Begin(SecretProperties version)
    {
        var created = version.CreatedOn ?? DateTimeOffset.MinValue;
        return version.NotBefore is { } begin && begin > created ? begin : created;
    }

    private bool IsUsable(SecretProperties version)
    {
        var now = time.GetUtcNow();
        return version.Enabled != false
            && (version.NotBefore is not { } begin || begin <= now)
            && (version.ExpiresOn is not { } end || now < end);
    }

    /// <summary>Reads the versions that count: the newest that can be used, and those before it that were replaced not long ago.</summary>
    private async Task<IReadOnlyList<SecretVersion>> ReadVersionsAsync(
        string name, KeyVaultSecret? latest, SecretSnapshot? known, CancellationToken cancellationToken)
    {
        List<SecretProperties> listed;
        try
        {
            var versions = client.GetPropertiesOfSecretVersionsAsync(name, cancellationToken);
            listed = await versions.Take(MostListed).ToListAsync(cancellationToken);
        }
        catch (RequestFailedException refusal) when (latest is not null && refusal.Status == Forbidden)
        {
            Log.NotListed(logger, name);
            return [VersionOf(latest)];
        }

        if (latest is not null && listed.TrueForAll(version => version.Version != latest.Properties.Version))
        {
            // Beyond what is listed at most, or too new for the list.
            listed.Add(latest.Properties);
        }

        var usable = listed.Where(IsUsable)
            .OrderByDescending(Begin)
            .ThenByDescending(version => version.Version == latest?.Properties.Version)
            .ToList();
        var counting = usable
            .Where((version, index) => index == 0 || time.GetUtcNow() - Begin(usable[index - 1]) < overlap)
            .Take(MostThatCount);
        var read = new List<SecretVersion>();
        foreach (var version in counting)
        {
            try
            {
                read.Add(await ReadVersionAsync(version, latest, known, cancellationToken));
            }
            catch (RequestFailedException refusal) when (read.Count > 0 && (refusal.Status is NotFound or Forbidden))
            {
                // A former one was disabled or removed since the list was read.
            }
        }

        return read;
    }

    private async Task<SecretVersion> ReadVersionAsync(
        SecretProperties version, KeyVaultSecret? latest, SecretSnapshot? known, CancellationToken cancellationToken)
    {
        if (latest is not null && version.Version == latest.Properties.Version)
        {
            return VersionOf(latest);
        }

        return known?.Versions.FirstOrDefault(other => other.Id == version.Version) is { } unchanged
            ? new SecretVersion(version.Version, unchanged.Value, version.ExpiresOn, version.CreatedOn)
            : VersionOf(await client.GetSecretAsync(version.Name, version.Version, cancellationToken: cancellationToken));
    }

    private static partial class Log
    {
        [LoggerMessage(
            310,
            LogLevel.Warning,
            "The versions of the secret {Name} may not be listed: only the newest counts. The role Key Vault Secrets User allows it.")]
        public static partial void NotListed(ILogger logger, string name);

        [LoggerMessage(
            311, LogLevel.Warning, "The secret {Name} has no version that counts: all are disabled, expired, not yet valid or empty.")]
        public static partial void NotUsable(ILogger logger, string name);
    }
}
