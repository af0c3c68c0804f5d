using CsCheck;
using UserSync.Receiving.Verification;

namespace UserSync.Tests.Receiving.Verification;

public sealed class HeaderPartsTests
{
    private const StringSplitOptions Options = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;

    [Fact]
    public void Parts_are_those_that_the_framework_makes_of_which_it_makes_16_at_most() =>
        Gen.Select(Gen.String[Gen.Char["ab ,;\t"], 0, 80], Gen.OneOf(",", ", ", ";", ",,", "a")).Sample((value, separator) =>
            Assert.Equal(value.Split(separator, 16, Options), Parts(value, separator)), iter: 5000);

    [Fact]
    public void Without_a_separator_the_header_is_one_part()
    {
        Assert.Equal(["a,b c"], Parts(" a,b c\t", string.Empty));
        Assert.Empty(Parts(" ", string.Empty));
    }

    private static List<string> Parts(string value, string separator)
    {
        var parts = new List<string>();
        foreach (var part in new HeaderParts(value, separator))
        {
            parts.Add(part.ToString());
        }

        return parts;
    }
}
