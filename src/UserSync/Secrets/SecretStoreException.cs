namespace UserSync.Secrets;

/// <summary>A secret store that cannot be reached. The message names the secret, never a value.</summary>
/// <param name="name">The name of the secret that was asked for.</param>
/// <param name="inner">What went wrong.</param>
public sealed class SecretStoreException(string name, Exception? inner = null)
    : Exception($"The secret store cannot be reached; the secret \"{name}\" was asked for.", inner)
{
    /// <summary>The name of the secret that was asked for.</summary>
    public string SecretName { get; } = name;
}
