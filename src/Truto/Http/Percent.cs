using System.Buffers;
using System.Text;

namespace Truto.Http;

/// <summary>Percent-encoding that loses nothing.</summary>
internal static class Percent
{
    private const int LongestId = 2048;

    /// <summary>Encodes everything but unreserved characters.</summary>
    /// <exception cref="ArgumentException">The text holds half a surrogate pair, which UTF-8 cannot carry.</exception>
    public static string Encode(string text)
    {
        if (!IsWellFormed(text))
        {
            throw new ArgumentException("A text for the URL holds half of a surrogate pair and cannot be sent.", nameof(text));
        }

        return Uri.EscapeDataString(text);
    }

    /// <summary>Encodes the id of a record as one path segment.</summary>
    /// <exception cref="ArgumentException">The id cannot be a path segment.</exception>
    public static string EncodeId(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);

        // Whoever stands between here and Truto resolves these, escaped or not, and the call would reach another route.
        if (id is "." or "..")
        {
            throw new ArgumentException("The id must not be \".\" or \"..\", which a URL path resolves to another route.", nameof(id));
        }

        if (id.Length > LongestId)
        {
            throw new ArgumentException($"The id must not be longer than {LongestId} characters.", nameof(id));
        }

        if (!IsWellFormed(id))
        {
            throw new ArgumentException("The id holds half of a surrogate pair and cannot be sent.", nameof(id));
        }

        return Uri.EscapeDataString(id);
    }

    /// <summary>Whether every half of a surrogate pair has its other half.</summary>
    private static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        while (text.IndexOfAnyInRange('\ud800', '\udfff') is >= 0 and var surrogate)
        {
            if (Rune.DecodeFromUtf16(text[surrogate..], out _, out var length) is not OperationStatus.Done)
            {
                return false;
            }

            text = text[(surrogate + length)..];
        }

        return true;
    }
}
