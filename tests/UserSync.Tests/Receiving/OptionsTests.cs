using UserSync.Processing;
using UserSync.Receiving;

namespace UserSync.Tests.Receiving;

public sealed class OptionsTests
{
    [Fact]
    public void The_defaults_are_valid()
    {
        Assert.True(new ReceivingOptionsValidator().Validate(null, new ReceivingOptions()).Succeeded);
        Assert.True(new ProcessingOptionsValidator().Validate(null, new ProcessingOptions()).Succeeded);
    }

    [Fact]
    public void Everything_that_is_wrong_is_reported_at_once() => Assert.Equal(
        [
            "Receiving:MaxBodyBytes is 1023; it can be from 1024 to 104857600.",
            "Receiving:MaxDepth is 257; it can be from 4 to 256.",
            "Receiving:MaxEvents is 0; it can be from 1 to 100000.",
            "Receiving:PublicUrl is not an address without a query, such as https://hooks.example.com.",
        ],
        new ReceivingOptionsValidator().Validate(null, new ReceivingOptions { MaxBodyBytes = 1023, MaxDepth = 257, MaxEvents = 0, PublicUrl = new Uri("https://a/?b") }).Failures!);

    [Theory]
    [InlineData("ftp://hooks.example.com")]
    [InlineData("/relative")]
    [InlineData("https://hooks.example.com/?a=1")]
    public void A_public_address_is_http_without_a_query(string url) => Assert.True(
        new ReceivingOptionsValidator().Validate(null, new ReceivingOptions { PublicUrl = new Uri(url, UriKind.RelativeOrAbsolute) }).Failed);

    [Theory]
    [InlineData("00:00:01", true)]
    [InlineData("00:15:00", true)]
    [InlineData("00:00:00.999", false)]
    [InlineData("00:15:00.001", false)]
    public void A_sender_waits_for_a_second_to_a_quarter_of_an_hour(string timeout, bool isValid)
    {
        var result = new ProcessingOptionsValidator().Validate(null, new ProcessingOptions { WaitTimeout = TimeSpan.Parse(timeout) });

        Assert.Equal(isValid, result.Succeeded);
        Assert.Equal(isValid ? null : $"Processing:WaitTimeout is {TimeSpan.Parse(timeout)}; it can be from 00:00:01 to 00:15:00.", result.FailureMessage);
    }
}
