using UserSync.Directories;

namespace UserSync.Tests.Directories;

public sealed class DirectoryValueTests
{
    [Theory]
    [InlineData("Jos\u00e9", "Jose\u0301")]
    [InlineData("JOSE\u0301", " jos\u00e9 ")]
    [InlineData("\u0301Ada", "\u0301ADA")]
    [InlineData("Nguy\u1ec5n", "Nguye\u0302\u0303n")]
    [InlineData("Nguy\u1ec5n", "Nguy\u1ebd\u0302n", false)]
    [InlineData("H\u1ed9i", "H\u00f4\u0323i")]
    [InlineData("H\u1ed9i", "Ho\u0323\u0302i")]
    [InlineData("H\u1ed9i", "Ho\u0302\u0323i")]
    [InlineData("\u00e7\u0301", "c\u0301\u0327")]
    [InlineData("a\u0327\u0301", "\u00e1\u0327")]
    [InlineData("\u0419", "\u0418\u0306")]
    [InlineData("\u0386\u03bb\u03c6\u03b1", "\u0391\u0301\u03bb\u03c6\u03b1")]
    [InlineData("\uac01", "\u1100\u1161\u11a8")]
    [InlineData("\uac01", "\uac00\u11a8")]
    [InlineData("\uac01\u11a8", "\uac01", false)]
    [InlineData("\u304c", "\u304b\u3099")]
    [InlineData("\u0622\u0645\u0646\u0629", "\u0627\u0653\u0645\u0646\u0629")]
    [InlineData("\u09cb", "\u09c7\u09be")]
    [InlineData("\ud800\u00e9", "\ud800e\u0301")]
    [InlineData("\U0001f600\u00e9", "\U0001f600e\u0301")]
    [InlineData("e\u20dd\u0301", "\u00e9\u20dd", false)]
    [InlineData("Jos\u00e9", "Jose", false)]
    public void A_letter_is_the_same_in_one_piece_and_in_two(string one, string other, bool isSame = true) =>
        Assert.Equal(isSame, DirectoryValue.Of("name", one) == DirectoryValue.Of("name", other));

    /// <summary>What was noted before stays what it is looked for by.</summary>
    [Theory]
    [InlineData(" Jos\u00e9", "JOS\u00c9")]
    [InlineData("Jose\u0301", "JOS\u00c9")]
    [InlineData("jos\u00e9\u0323", "JOS\u1eb8\u0301")]
    [InlineData("joz\u0301e\u0316", "JO\u0179E\u0316")]
    public void A_value_is_kept_composed(string text, string expected) =>
        Assert.Equal(expected, DirectoryValue.Of("name", text)!.Value.Text);
}
