namespace UserSync.Directories;

/// <summary>A note, and the version to write on.</summary>
/// <param name="Content">What it says; empty where there is none.</param>
/// <param name="Version">The version; <see langword="null"/> where there is none.</param>
public sealed record DirectoryNote(ReadOnlyMemory<byte> Content, string? Version)
{
    /// <summary>There is none.</summary>
    public static readonly DirectoryNote None = new(ReadOnlyMemory<byte>.Empty, null);

    /// <inheritdoc/>
    public override string ToString() => Version ?? "none";
}
