using Microsoft.Extensions.Options;

namespace Truto.Tests;

public sealed class TrutoOptionsTests
{
    [Fact]
    public void The_defaults_are_valid() => Assert.Empty(new TrutoOptions().Errors());

    [Fact]
    public void Every_error_is_told_at_once()
    {
        var options = new TrutoOptions
        {
            BaseAddress = new Uri("http://user:password@api.truto.one/?x=1"),
            AttemptTimeout = TimeSpan.Zero,
            OverallTimeout = TimeSpan.FromDays(2),
            MaxRetries = -1,
            BaseDelay = TimeSpan.FromSeconds(-1),
            MaxDelay = TimeSpan.FromDays(2),
            MaxResponseBytes = 0,
            MaxJsonDepth = 0,
        };

        var error = Assert.Throws<OptionsValidationException>(() => TrutoClient.Create(options));

        Assert.Equal(
            [
                "BaseAddress must be an https URL, because the token travels with every call; http is for loopback only.",
                "BaseAddress must have no user, query or fragment.",
                "AttemptTimeout must be between 10 milliseconds and one day.",
                "OverallTimeout must be between 10 milliseconds and one day.",
                "MaxRetries must be between 0 and 20.",
                "BaseDelay must not be negative.",
                "MaxDelay must be between BaseDelay and one day.",
                "MaxResponseBytes must be between 1 and 2147483591.",
                "MaxJsonDepth must be between 1 and 1000.",
            ],
            error.Failures);
        Assert.DoesNotContain("password", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_bound_itself_is_allowed()
    {
        var day = TimeSpan.FromDays(1);
        var least = TimeSpan.FromMilliseconds(10);

        Assert.Empty(new TrutoOptions
        {
            AttemptTimeout = least,
            OverallTimeout = least,
            MaxRetries = 0,
            BaseDelay = TimeSpan.Zero,
            MaxDelay = TimeSpan.Zero,
            MaxResponseBytes = 1,
            MaxJsonDepth = 1,
        }.Errors());
        Assert.Empty(new TrutoOptions
        {
            AttemptTimeout = day,
            OverallTimeout = day,
            MaxRetries = 20,
            BaseDelay = day,
            MaxDelay = day,
            MaxResponseBytes = Array.MaxLength,
            MaxJsonDepth = 1000,
        }.Errors());
    }

    [Theory]
    [InlineData("https://user@api.truto.one/")]
    [InlineData("https://api.truto.one/?x=1")]
    [InlineData("https://api.truto.one/#x")]
    public void A_user_a_query_and_a_fragment_are_each_refused(string address) => Assert.Equal(
        ["BaseAddress must have no user, query or fragment."], new TrutoOptions { BaseAddress = new Uri(address) }.Errors());

    [Theory]
    [InlineData("https://api.truto.one")]
    [InlineData("https://dev.truto.dev/base/")]
    [InlineData("http://127.0.0.1:5000/")]
    [InlineData("http://localhost/")]
    [InlineData("http://[::1]:80/")]
    public void A_base_address_is_https_or_loopback(string address) =>
        Assert.Empty(new TrutoOptions { BaseAddress = new Uri(address) }.Errors());

    [Theory]
    [InlineData("http://api.truto.one/")]
    [InlineData("http://127.0.0.1.example/")]
    [InlineData("ftp://localhost/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("/unified", UriKind.Relative)]
    public void Any_other_base_address_is_refused(string address, UriKind kind = UriKind.Absolute) =>
        Assert.Single(new TrutoOptions { BaseAddress = new Uri(address, kind) }.Errors());

    [Fact]
    public void No_base_address_is_refused() => Assert.Equal(
        ["BaseAddress must be an absolute URL, for example https://api.truto.one/."], new TrutoOptions { BaseAddress = null! }.Errors());

    [Fact]
    public void A_client_over_any_HttpClient_has_its_options_checked()
    {
        using var http = new HttpClient();

        var error = Assert.Throws<OptionsValidationException>(() => new TrutoClient(http, new TrutoOptions { MaxRetries = 21 }));

        Assert.Equal(["MaxRetries must be between 0 and 20."], error.Failures);
    }
}
