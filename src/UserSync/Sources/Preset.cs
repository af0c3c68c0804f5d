using System.Text.Json;

namespace UserSync.Sources;

/// <summary>The part of a source that is the same for everybody who uses that vendor.</summary>
/// <param name="Name">The name that sources refer to.</param>
/// <param name="Vendor">The vendor, and the product where it has several.</param>
/// <param name="Secret">What the secret is, and where the vendor shows or takes it.</param>
/// <param name="Carries">What the events carry: the whole user, only what changed, or only an id.</param>
/// <param name="Note">What else to know; <see langword="null"/> for nothing.</param>
/// <param name="Settings">The preset's settings.</param>
public sealed record Preset(string Name, string Vendor, string Secret, string Carries, string? Note, JsonElement Settings)
{
    /// <summary>The scheme that the vendor's deliveries are verified with.</summary>
    public string Scheme => Settings.GetProperty("verify").GetProperty("scheme").GetString()!;

    /// <summary>Whether the vendor asks something once before it delivers.</summary>
    public bool HasHandshake => Settings.TryGetProperty("handshake", out _);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
