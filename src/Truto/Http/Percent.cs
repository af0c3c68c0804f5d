using System.Text;

namespace Truto.Http;

/// <summary>Percent-encoding that loses nothing.</summary>
internal static class Percent
{
    private const int LongestId = 2048;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

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

    private static bool IsWellFormed(string text)
    {
        try
        {
            _ = Strict.GetByteCount(text);
            return true;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }
}
