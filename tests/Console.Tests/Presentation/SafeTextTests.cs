using System.Text.Json;
using UserSync.Console.Presentation;

namespace Console.Tests.Presentation;

public sealed class SafeTextTests
{
    [Theory]
    [InlineData("plain\ttext\nof two lines", "plain\ttext\nof two lines")]
    [InlineData("Zoë 👩‍💻 نام‌من", "Zoë 👩‍💻 نام‌من")]
    [InlineData("a\u202Eb\u2066c\u200F", @"a\u202Eb\u2066c\u200F")]
    [InlineData("\0\u001B[31m\r\u0085", @"\u0000\u001B[31m\u000D\u0085")]
    [InlineData("\uFEFF\u200B\u2028", @"\uFEFF\u200B\u2028")]
    [InlineData("\U000E0041", @"\u{E0041}")]
    public void What_hides_or_reorders_is_written_as_an_escape_and_nothing_else(string text, string shown) => Assert.Equal(shown, SafeText.Of(text));

    [Fact]
    public void Half_a_character_is_written_as_an_escape() => Assert.Equal(@"x\uD83Dy\uDE00", SafeText.Of("x\uD83Dy\uDE00"));

    [Fact]
    public void A_long_text_is_cut_and_no_character_in_half()
    {
        Assert.Equal("abc… (5 characters)", SafeText.Of("abcde", 3));
        Assert.Equal("ab… (5 characters)", SafeText.Of("ab👩e", 3));
        Assert.Equal(string.Empty, SafeText.Of(null));
    }

    [Fact]
    public void Masked_JSON_keeps_its_shape_and_loses_its_texts_and_numbers()
    {
        var value = JsonElement.Parse("""{ "name": "Ada", "age": 36, "active": true, "boss": null, "tags": ["x", 1] }""");

        var shown = JsonView.Of(value, isMasked: true);

        Assert.Equal(
            """{ "name": "•••••", "age": "•••••", "active": true, "boss": null, "tags": [ "•••••", "•••••" ] }""",
            string.Join(' ', shown.Split((char[])['\n', ' '], StringSplitOptions.RemoveEmptyEntries)));
        Assert.Contains("\"name\": \"Ada\"", JsonView.Of(value, isMasked: false), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Authorization")]
    [InlineData("X-Hub-Signature-256")]
    [InlineData("X-Api-Key")]
    [InlineData("Cookie")]
    public void A_header_that_carries_a_credential_is_hidden_whoever_looks(string name) =>
        Assert.Equal("hidden", HeaderView.Of(name, "value", isRevealed: true));

    [Fact]
    public void Other_headers_are_masked_until_revealed()
    {
        Assert.Equal(JsonView.Mask, HeaderView.Of("X-Badge", "7", isRevealed: false));
        Assert.Equal("7", HeaderView.Of("X-Badge", "7", isRevealed: true));
    }
}
