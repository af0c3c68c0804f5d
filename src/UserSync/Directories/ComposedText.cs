using System.Runtime.InteropServices;

namespace UserSync.Directories;

/// <summary>
/// The composed form of a text (Unicode's NFC), so that <c>é</c> is the same be it one letter or two, as some systems write it. The
/// framework composes with ICU only: that is 4 MB more memory, is not there in small images, and would bring the culture of the machine
/// along. What letters are made of is known here instead.
/// </summary>
internal static class ComposedText
{
    private const char LastWithoutMark = '\u02ff';

    /// <summary>Composes a text.</summary>
    /// <param name="text">The text; surrogates, also lone ones, stay as they are.</param>
    internal static string Of(string text) =>
        text.AsSpan().IndexOfAnyExceptInRange('\0', LastWithoutMark) < 0 || text.AsSpan().IndexOfAny(ComposedLetters.Marks) < 0
            ? text
            : Compose(text);

    private static string Compose(string text)
    {
        var letters = new List<char>(text.Length + 8);
        foreach (var letter in text)
        {
            TakeApart(letter, letters);
        }

        var all = CollectionsMarshal.AsSpan(letters);
        Order(all);
        return new string(all[..Join(all)]);
    }

    private static void TakeApart(char letter, List<char> letters)
    {
        if (!ComposedLetters.TryTakeApart(letter, out var parts))
        {
            letters.Add(letter);
            return;
        }

        TakeApart(parts.Letter, letters);
        letters.Add(parts.Mark);
    }

    /// <summary>Orders the marks of each letter by class; those of one class keep their order, which says how they are read.</summary>
    private static void Order(Span<char> letters)
    {
        for (var i = 1; i < letters.Length; i++)
        {
            var mark = letters[i];
            var order = ComposedLetters.ClassOf(mark);
            var place = i;
            for (; order > 0 && place > 0 && ComposedLetters.ClassOf(letters[place - 1]) > order; place--)
            {
                letters[place] = letters[place - 1];
            }

            letters[place] = mark;
        }
    }

    /// <summary>Joins each mark with its letter where the two are one, and nothing of its class or a greater one is between them.</summary>
    /// <returns>How many letters are left.</returns>
    private static int Join(Span<char> letters)
    {
        var (length, start, last) = (0, -1, (byte)0);
        foreach (var letter in letters)
        {
            var order = ComposedLetters.ClassOf(letter);
            var isNext = start >= 0 && (start == length - 1 || last < order);
            if (isNext && ComposedLetters.TryJoin(letters[start], letter, out var joined))
            {
                letters[start] = joined;
                continue;
            }

            start = order == 0 ? length : start;
            last = order;
            letters[length++] = letter;
        }

        return length;
    }
}
