using System.Security.Cryptography;

namespace UserSync.Console.Assets;

/// <summary>A file that pages load. Its version is the hash of its content.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Content">Its bytes.</param>
public sealed record Asset(string Name, string ContentType, ReadOnlyMemory<byte> Content)
{
    /// <summary>Its path below the console's.</summary>
    public string Path => $"assets/{Name}";

    /// <summary>Its version.</summary>
    public string Version { get; } = Convert.ToHexStringLower(SHA256.HashData(Content.Span))[..16];

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    internal static Asset Load(string name, string contentType)
    {
        using var stream = typeof(Asset).Assembly.GetManifestResourceStream($"assets/{name}")!;
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return new Asset(name, contentType, content.ToArray());
    }
}
