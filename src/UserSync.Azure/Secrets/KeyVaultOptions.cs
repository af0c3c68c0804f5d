namespace UserSync.Azure.Secrets;

/// <summary>Which vault keeps the secrets, and how long what was read of them is good for.</summary>
public sealed class KeyVaultOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "KeyVault";

    /// <summary>
    /// The vault's address, for example <c>https://example.vault.azure.net</c>. The identity needs the role Key Vault Secrets User on it.
    /// </summary>
    public string? Uri { get; set; }

    /// <summary>
    /// The client id of a user-assigned managed identity; <see langword="null"/> for the one that <c>AZURE_CLIENT_ID</c> names, or the
    /// system-assigned one.
    /// </summary>
    public string? ManagedIdentityClientId { get; set; }

    /// <summary>
    /// When a secret is read again: ahead, while what is known still serves. After twice this time, whoever needs the secret waits for
    /// it. So a new value is in use everywhere after twice this time at the latest.
    /// </summary>
    public TimeSpan RefreshAfter { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the last good value serves while the vault cannot be read. After that, there is none.</summary>
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long it is believed that there is no such secret.</summary>
    public TimeSpan MissingFor { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a former version of a secret goes on to count beside the newer one, so that a sender may change over after the vault. A
    /// version that must not count any more has to be disabled in the vault. Zero lets only the newest version count.
    /// </summary>
    public TimeSpan Overlap { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long reading a secret may take in all, its repetitions included.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether only a managed identity will do: no developer's sign-in is to be tried first.</summary>
    internal bool IsInAzure { get; set; }
}
