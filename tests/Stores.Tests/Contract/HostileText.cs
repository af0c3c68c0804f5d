using CsCheck;

namespace Stores.Tests.Contract;

/// <summary>Texts that stores have trouble with: as keys, as file names, as parts of addresses, as XML.</summary>
public static class HostileText
{
    /// <summary>The longest key that a store has to take.</summary>
    public const int LongestKey = 2048;

    private static readonly string[] Pieces =
    [
        "a", "A", "b", "1", "01", "é", "e\u0301", "😀", "/", "\\", "#", "?", "%", "%2F", "%25", "+", "&", "=", "|", ":", ";", ",", "~", "-", "_", "!",
        ".", " ", "'", "\"", "`", "<", ">", "[", "]", "{", "}", "*", "$", "^", "@", "\0", "\t", "\n", "\r", "\u001f", "\u007f", "\u0085", "\u00a0",
        "\u200b", "\u200d", "\u2028", "\u202e", "\ufeff", "\ufffd", "\uffff", "null", "--",
    ];

    /// <summary>Keys, each of which is different from all others.</summary>
    public static TheoryData<string> Keys =>
    [
        "a/b", "a\\b", "a#b", "a?b", "a%b", "a%2Fb", "a|b", "a:b", "a b", " a", "a ", "a.", "a..", ".", "..", "a\0b", "\0", "a\tb", "a\nb\r", "\u007f\u0085",
        "A", "a", "ä", "a\u0308", "😀👩‍👩‍👧", "\u202egnp", "ﬁ", "İ", "ß", "'; DROP TABLE ledgers; --", "<x>&amp;</x>", "%00", "-", "_", "null", "user@example.com", "0", "00",
        new string('x', LongestKey), new string('é', LongestKey), string.Concat(Enumerable.Repeat("😀", LongestKey / 2)), new string('/', LongestKey), new string('x', LongestKey - 1) + "y",
    ];

    /// <summary>Texts of a few pieces, so that many are nearly the same.</summary>
    public static Gen<string> Any => Gen.OneOf(Pieces).Array[1, 5].Select(string.Concat);
}
