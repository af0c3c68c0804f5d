namespace UserSync.Console.Presentation;

/// <summary>Headers as they may be shown.</summary>
public static class HeaderView
{
    // What carries a credential is hidden whoever looks, also where a source's expression reads it.
    private static readonly string[] Secret = ["auth", "token", "key", "secret", "signature", "cookie", "password", "hmac"];

    /// <summary>A header's value as it may be shown.</summary>
    /// <param name="name">The header.</param>
    /// <param name="value">Its value.</param>
    /// <param name="isRevealed">Whether personal values are shown.</param>
    public static string Of(string name, string value, bool isRevealed)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Array.Exists(Secret, word => name.Contains(word, StringComparison.OrdinalIgnoreCase)) ? "hidden"
            : isRevealed ? SafeText.Of(value)
            : JsonView.Mask;
    }
}
