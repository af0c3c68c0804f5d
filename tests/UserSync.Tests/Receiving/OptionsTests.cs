using Microsoft.Extensions.Options;
using UserSync.Receiving;

namespace UserSync.Tests.Receiving;

public sealed class OptionsTests
{
    [Fact]
    public void The_defaults_are_valid() => Assert.True(Validate(new ReceivingOptions()).Succeeded);

    [Fact]
    public void Everything_that_is_wrong_is_reported_at_once() => Assert.Equal(
        [
            "Receiving:MaxBodyBytes is 1023; it can be from 1024 to 104857600.",
            "Receiving:MaxDepth is 257; it can be from 4 to 256.",
            "Receiving:MaxEvents is 0; it can be from 1 to 100000.",
            "Receiving:PublicUrl is not an address without a query, such as https://hooks.example.com.",
        ],
        Validate(new ReceivingOptions { MaxBodyBytes = 1023, MaxDepth = 257, MaxEvents = 0, PublicUrl = new Uri("https://a/?b") }).Failures!);

    [Fact]
    public void The_bounds_themselves_are_valid()
    {
        Assert.True(Validate(new ReceivingOptions { MaxBodyBytes = 1024, MaxDepth = 4, MaxEvents = 1 }).Succeeded);
        Assert.True(Validate(new ReceivingOptions { MaxBodyBytes = 100 * 1024 * 1024, MaxDepth = 256, MaxEvents = 100_000 }).Succeeded);
    }

    [Theory]
    [InlineData("https://hooks.example.com")]
    [InlineData("https://hooks.example.com:443/base/")]
    [InlineData("http://localhost:8080")]
    public void A_public_address_may_have_a_port_and_a_path(string url) => Assert.True(Validate(new ReceivingOptions { PublicUrl = new Uri(url) }).Succeeded);

    [Theory]
    [InlineData("ftp://hooks.example.com")]
    [InlineData("/relative")]
    [InlineData("https://hooks.example.com/?a=1")]
    [InlineData("https://hooks.example.com/#a")]
    public void A_public_address_is_http_without_a_query(string url) => Assert.Equal(
        ["Receiving:PublicUrl is not an address without a query, such as https://hooks.example.com."],
        Validate(new ReceivingOptions { PublicUrl = new Uri(url, UriKind.RelativeOrAbsolute) }).Failures!);

    private static ValidateOptionsResult Validate(ReceivingOptions options) => new ReceivingOptionsValidator().Validate(null, options);
}
