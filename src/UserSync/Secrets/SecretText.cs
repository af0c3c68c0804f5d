namespace UserSync.Secrets;

/// <summary>What of a stored text is the secret.</summary>
public static class SecretText
{
    /// <summary>
    /// The text without the new line in which a text that comes from a file ends: no sender signs with it, and no header can hold it.
    /// </summary>
    /// <param name="stored">The text as it is stored.</param>
    public static string Of(string stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return stored.TrimEnd('\r', '\n');
    }
}
