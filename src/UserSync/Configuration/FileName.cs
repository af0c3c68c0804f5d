using System.Buffers;

namespace UserSync.Configuration;

/// <summary>The name of a file of configuration without its ending: that of a source, or of a table of links.</summary>
internal static class FileName
{
    private const int Longest = 63;

    private static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>Whether a name is one: at most 63 lower-case letters, digits and dashes, of which the first is no dash.</summary>
    /// <param name="name">The name.</param>
    internal static bool IsValid(ReadOnlySpan<char> name) =>
        name is [not '-', ..] && name.Length <= Longest && !name.ContainsAnyExcept(Letters);
}
