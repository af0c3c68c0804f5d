using System.Text;

namespace UserSync.Console.Presentation;

/// <summary>
/// Texts that others wrote, made fit to be looked at: cut where they are long, and with what nobody would see, or what would reorder what
/// stands around it, written as an escape. Encoding them for HTML is the page's business.
/// </summary>
public static class SafeText
{
    /// <summary>The longest text of a single value that is shown.</summary>
    public const int Most = 400;

    /// <summary>A text as it may be shown.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">How many characters at most.</param>
    public static string Of(string? text, int most = Most) => Visible(Cut(text ?? string.Empty, most));

    /// <summary>A text, or its beginning and how long it is.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">How many characters at most.</param>
    internal static string Cut(string text, int most)
    {
        if (text.Length <= most)
        {
            return text;
        }

        var end = char.IsHighSurrogate(text[most - 1]) ? most - 1 : most;
        return $"{text[..end]}… ({text.Length} characters)";
    }

    /// <summary>A text in which everything can be seen.</summary>
    /// <param name="text">The text.</param>
    internal static string Visible(string text)
    {
        var shown = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var isPair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            var point = isPair ? char.ConvertToUtf32(text[i], text[i + 1]) : text[i];
            if (IsHidden(point))
            {
                shown.Append("\\u").Append(point > char.MaxValue ? $"{{{point:X}}}" : $"{point:X4}");
            }
            else
            {
                shown.Append(text, i, isPair ? 2 : 1);
            }

            i += isPair ? 1 : 0;
        }

        return shown.ToString();
    }

    /// <summary>Controls, directions, what has no width, and halves of characters; not the joiners that scripts and emoji need.</summary>
    private static bool IsHidden(int point) => point switch
    {
        '\n' or '\t' => false,
        < 0x20 or (>= 0x7F and <= 0x9F) => true,
        0xAD or 0x61C or 0x180E or 0x200B or 0x200E or 0x200F or 0xFEFF => true,
        >= 0x2028 and <= 0x202E => true,
        >= 0x2060 and <= 0x206F => true,
        >= 0xD800 and <= 0xDFFF => true,
        >= 0xFFF9 and <= 0xFFFB => true,
        >= 0xE0000 and <= 0xE0FFF => true,
        _ => false,
    };
}
