using System.Globalization;
using System.Text.Json;
using CsCheck;

namespace Truto.Tests;

public sealed class LenientDateTests
{
    [Theory]
    [InlineData("2023-06-16T09:21:22.369Z", "2023-06-16T09:21:22.3690000+00:00")]
    [InlineData("2023-06-16T09:21:22Z", "2023-06-16T09:21:22.0000000+00:00")]
    [InlineData("2023-06-16T09:21:22.1234567+02:00", "2023-06-16T09:21:22.1234567+02:00")]
    [InlineData("2023-06-16T09:21:22.000+0000", "2023-06-16T09:21:22.0000000+00:00")]
    [InlineData("2023-06-16T09:21Z", "2023-06-16T09:21:00.0000000+00:00")]
    public void A_date_with_a_zone_is_read(string text, string expected) =>
        Assert.Equal(expected, LenientDate.Parse(text).ToString());

    [Theory]
    [InlineData("2024-09-01 10:00:00", "2024-09-01T10:00:00.0000000+00:00")]
    [InlineData("2024-09-01T10:00:00", "2024-09-01T10:00:00.0000000+00:00")]
    [InlineData(" 2024-09-01 ", "2024-09-01T00:00:00.0000000+00:00")]
    public void A_date_without_a_zone_is_UTC(string text, string expected) =>
        Assert.Equal(expected, LenientDate.Parse(text).ToString());

    [Fact]
    public void A_date_in_JSON_is_read_as_its_text_is() => Dates.Sample(
        text => Assert.Equal(LenientDate.Parse(text), LenientDate.Read(JsonElement.Parse($"\"{JsonEncodedText.Encode(text)}\""), text)),
        iter: 20_000);

    [Theory]
    [InlineData("yesterday")]
    [InlineData("")]
    [InlineData("10:30")]
    [InlineData("01/02/2024")]
    [InlineData("2024-13-01")]
    public void Anything_else_is_kept_as_text_and_not_shown(string text)
    {
        var date = LenientDate.Parse(text);

        Assert.Equal(text, date.Text);
        Assert.Null(date.Value);
        Assert.Equal("(not a date)", date.ToString());
    }

    private static readonly string[] Forms =
    [
        "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm'Z'",
        "yyyy-MM-dd'T'HH:mm:ss.f'000000000Z'", "yyyy-MM-dd'T'HH:mm:ss.fff", "yyyy-MM-dd HH:mm:ss'Z'", "yyyy-MM-dd'Z'", "yyyy-MM-dd",
        "yyyy-MM-dd'T'HH:mm:ss.'Z'", "yyyy-MM-dd'T24:00:00Z'", "yyyy-MM-dd'T'HH:mm:'60Z'", "yyyy-MM-dd'T'HH:mm:ss+00:00'Z'",
    ];

    /// <summary>Dates as they come, and those with a character too many, too few or out of place.</summary>
    private static readonly Gen<string> Dates =
        from date in Gen.DateTime[DateTime.UnixEpoch, new DateTime(2100, 1, 1, 0, 0, 0, DateTimeKind.Utc)]
        from form in Gen.Int[0, Forms.Length - 1]
        from at in Gen.Int[0, 27]
        from inserted in Gen.String[Gen.Char["09Z :.T"], 0, 1]
        from removed in Gen.Int[0, 1]
        let text = date.ToString(Forms[form], CultureInfo.InvariantCulture)
        let place = Math.Min(at, text.Length - 1)
        select text.Remove(place, removed).Insert(place, inserted);
}
