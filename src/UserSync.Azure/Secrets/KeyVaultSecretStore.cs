using System.Collections.Concurrent;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;
using Microsoft.Extensions.Logging;
using UserSync.Secrets;
using UserSync.Telemetry;

namespace UserSync.Azure.Secrets;

/// <summary>
/// Secrets from Azure Key Vault, kept in memory: events cost no reads, however many there are (<see cref="KeyVaultOptions"/>).
/// <para>
/// To rotate a secret without dropping a delivery, add a new version to it: both count for <see cref="KeyVaultOptions.Overlap"/>. Change
/// the sender over after twice <see cref="KeyVaultOptions.RefreshAfter"/>, when every instance knows the new one. A version that is
/// disabled, expired or not yet valid does not count.
/// </para>
/// </summary>
public sealed class KeyVaultSecretStore : ISecretStore
{
    // As Key Vault has it.
    private const int LongestName = 127;

    // Names are configured, so there are few.
    private readonly ConcurrentDictionary<string, CachedSecret> secrets = new(StringComparer.OrdinalIgnoreCase);
    private readonly VaultReader vault;
    private readonly KeyVaultOptions options;
    private readonly TimeProvider time;
    private readonly ILogger<KeyVaultSecretStore> logger;
    private readonly UserSyncMetrics? metrics;

    private KeyVaultSecretStore(
        SecretClient client, KeyVaultOptions options, TimeProvider time, ILogger<KeyVaultSecretStore> logger, UserSyncMetrics? metrics)
    {
        vault = new VaultReader(client, options.Overlap, time, logger);
        this.options = options;
        this.time = time;
        this.logger = logger;
        this.metrics = metrics;
    }

    /// <summary>Opens a vault. Nothing is sent before a secret is needed.</summary>
    /// <param name="options">Which vault, and how long what was read is good for.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <param name="credential">The identity; <see langword="null"/> for that of the options.</param>
    /// <param name="transport">What carries the calls; <see langword="null"/> for the usual.</param>
    /// <param name="metrics">Counts reads; <see langword="null"/> where nobody counts.</param>
    internal static KeyVaultSecretStore Open(
        KeyVaultOptions options,
        TimeProvider time,
        ILogger<KeyVaultSecretStore> logger,
        TokenCredential? credential = null,
        HttpPipelineTransport? transport = null,
        UserSyncMetrics? metrics = null)
    {
        var client = new SecretClientOptions { RetryPolicy = new VaultRetryPolicy() };
        client.Retry.NetworkTimeout = Timeout.InfiniteTimeSpan;
        client.Transport = transport ?? client.Transport;
        credential ??= AzureIdentity.Credential(options.ManagedIdentityClientId, options.IsInAzure);
        return new KeyVaultSecretStore(new SecretClient(new Uri(options.Uri!), credential, client), options, time, logger, metrics);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> GetAsync(string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);

        // A name stands in the address of its secret, and must not lead anywhere else.
        return IsName(name)
            ? secrets.GetOrAdd(name, key => new CachedSecret(key, vault, options, time, logger, metrics)).GetAsync(cancellationToken)
            : ValueTask.FromResult<IReadOnlyList<string>>([]);
    }

    /// <inheritdoc/>
    public async ValueTask<DateTimeOffset?> SinceAsync(string name, CancellationToken cancellationToken)
    {
        await GetAsync(name, cancellationToken);
        return secrets.TryGetValue(name, out var secret) ? secret.Since : null;
    }

    /// <inheritdoc/>
    public void Invalidate(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (secrets.TryGetValue(name, out var secret))
        {
            secret.Invalidate();
        }
    }

    private static bool IsName(string text) =>
        text.Length is > 0 and <= LongestName && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-');
}
