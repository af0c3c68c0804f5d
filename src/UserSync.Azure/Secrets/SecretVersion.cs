namespace UserSync.Azure.Secrets;

/// <summary>A version of a secret. No record, whose text would show the value.</summary>
/// <param name="id">The version, as Key Vault names it.</param>
/// <param name="value">The value.</param>
/// <param name="expiresAt">When it ends; <see langword="null"/> where it does not.</param>
/// <param name="createdAt">When it was made; <see langword="null"/> where the vault does not say.</param>
internal sealed class SecretVersion(string id, string value, DateTimeOffset? expiresAt, DateTimeOffset? createdAt = null)
{
    /// <summary>The version, as Key Vault names it.</summary>
    internal string Id => id;

    /// <summary>The value.</summary>
    internal string Value => value;

    /// <summary>When it ends.</summary>
    internal DateTimeOffset ExpiresAt => expiresAt ?? DateTimeOffset.MaxValue;

    /// <summary>When it was made.</summary>
    internal DateTimeOffset? CreatedAt => createdAt;
}
