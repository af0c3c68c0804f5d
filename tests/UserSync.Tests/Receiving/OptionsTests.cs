using UserSync.Receiving;

namespace UserSync.Tests.Receiving;

public sealed class OptionsTests
{
    [Fact]
    public void The_defaults_are_valid() => Assert.True(new ReceivingOptionsValidator().Validate(null, new ReceivingOptions()).Succeeded);

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
}
