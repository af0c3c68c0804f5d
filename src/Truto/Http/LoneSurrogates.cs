using System.Buffers.Text;

namespace Truto.Http;

/// <summary>
/// JSON may escape half of a character (<c>"\ud83d"</c>), and whoever cuts texts does so. No text can hold it, and to read or to write it
/// fails: it is replaced by the replacement character, which has the same length in JSON, before anybody reads it.
/// </summary>
internal static class LoneSurrogates
{
    private const int EscapeLength = 6;

    private static ReadOnlySpan<byte> Replacement => "\\ufffd"u8;

    /// <summary>The same bytes, or a copy in which each escaped half of a character is replaced.</summary>
    internal static ReadOnlyMemory<byte> Replace(ReadOnlyMemory<byte> json) => Replaced(json.Span) is { } copy ? copy : json;

    /// <inheritdoc cref="Replace(ReadOnlyMemory{byte})"/>
    internal static ReadOnlySpan<byte> Replace(ReadOnlySpan<byte> json) => Replaced(json) is { } copy ? copy : json;

    private static byte[]? Replaced(ReadOnlySpan<byte> bytes)
    {
        byte[]? copy = null;
        for (var at = bytes.IndexOf((byte)'\\'); at >= 0; at = Next(bytes, at))
        {
            var length = EscapedLength(bytes[at..], out var lone);
            if (lone)
            {
                copy ??= bytes.ToArray();
                Replacement.CopyTo(copy.AsSpan(at));
            }

            at += length;
        }

        return copy;
    }

    private static int Next(ReadOnlySpan<byte> bytes, int from)
    {
        var next = from >= bytes.Length ? -1 : bytes[from..].IndexOf((byte)'\\');
        return next < 0 ? -1 : from + next;
    }

    /// <summary>How many bytes the escape at the start takes; two for anything but a well-formed <c>\uXXXX</c>.</summary>
    private static int EscapedLength(ReadOnlySpan<byte> escape, out bool lone)
    {
        lone = false;
        if (!TryReadUnit(escape, out var unit))
        {
            return 2;
        }

        if (char.IsHighSurrogate(unit) && TryReadUnit(escape[EscapeLength..], out var next) && char.IsLowSurrogate(next))
        {
            return 2 * EscapeLength;
        }

        lone = char.IsSurrogate(unit);
        return EscapeLength;
    }

    private static bool TryReadUnit(ReadOnlySpan<byte> escape, out char unit)
    {
        unit = default;
        if (escape.Length < EscapeLength || escape[0] != '\\' || escape[1] != 'u'
            || !Utf8Parser.TryParse(escape[2..EscapeLength], out ushort value, out var read, 'x') || read != 4)
        {
            return false;
        }

        unit = (char)value;
        return true;
    }
}
