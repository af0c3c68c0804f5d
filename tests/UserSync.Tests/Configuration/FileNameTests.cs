using UserSync.Configuration;

namespace UserSync.Tests.Configuration;

/// <summary>What a source or a table of links can be called: it stands in addresses and in names of files.</summary>
public sealed class FileNameTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("0")]
    [InlineData("okta-eu-2")]
    [InlineData("a-")]
    public void Lower_case_letters_digits_and_dashes_are_a_name(string name) => Assert.True(FileName.IsValid(name));

    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("A")]
    [InlineData("a_b")]
    [InlineData("a.b")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("a\n")]
    [InlineData("a\0")]
    public void Nothing_else_is(string name) => Assert.False(FileName.IsValid(name));

    [Fact]
    public void It_has_at_most_63_letters()
    {
        Assert.True(FileName.IsValid(new string('a', 63)));
        Assert.False(FileName.IsValid(new string('a', 64)));
    }
}
