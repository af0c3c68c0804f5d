namespace UserSync.Secrets;

/// <summary>Where secrets come from. Configuration and messages know only their names.</summary>
public interface ISecretStore
{
    /// <summary>
    /// The usable values of a secret (<see cref="SecretText"/>; none of them blank), the newest first; none where there is no such secret.
    /// </summary>
    /// <param name="name">The secret's name: letters, digits and dashes, as Key Vault takes them.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="SecretStoreException">The store cannot be reached, so nobody knows.</exception>
    ValueTask<IReadOnlyList<string>> GetAsync(string name, CancellationToken cancellationToken);

    /// <summary>Since when the newest value of a secret has been there; <see langword="null"/> where the store does not know.</summary>
    /// <param name="name">The secret's name.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="SecretStoreException">The store cannot be reached, so nobody knows.</exception>
    ValueTask<DateTimeOffset?> SinceAsync(string name, CancellationToken cancellationToken) => ValueTask.FromResult<DateTimeOffset?>(null);

    /// <summary>Says that a value was refused by whom it is meant for: the next read asks the store again.</summary>
    /// <param name="name">The secret's name.</param>
    void Invalidate(string name);
}
