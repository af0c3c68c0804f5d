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
}
