using System.Net;
using CsCheck;
using UserSync.Fetching;
using UserSync.Tests.Support;

namespace UserSync.Tests.Fetching;

public sealed class AddressGuardTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("1.1.1.1")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("126.255.255.255")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.167.255.255")]
    [InlineData("223.255.255.255")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2a00:1450::1")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("64:ff9b::8.8.8.8")]
    public void Addresses_of_the_internet_are_allowed(string address)
    {
        Assert.True(AddressGuard.Allows(IPAddress.Parse(address), allowsPrivate: false));
        Assert.True(AddressGuard.Allows(IPAddress.Parse(address), allowsPrivate: true));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("10.0.0.0")]
    [InlineData("10.255.255.255")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.255")]
    [InlineData("::1")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456:789a::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.1.2.3")]
    [InlineData("64:ff9b::192.168.1.1")]
    public void Private_addresses_are_allowed_only_where_that_is_configured(string address)
    {
        Assert.False(AddressGuard.Allows(IPAddress.Parse(address), allowsPrivate: false));
        Assert.True(AddressGuard.Allows(IPAddress.Parse(address), allowsPrivate: true));
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("169.254.169.254")]
    [InlineData("169.254.170.2")]
    [InlineData("168.63.129.16")]
    [InlineData("100.100.100.200")]
    [InlineData("192.0.0.192")]
    [InlineData("192.0.2.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.51.100.1")]
    [InlineData("203.0.113.1")]
    [InlineData("224.0.0.1")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::127.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::ffff:0.0.0.0")]
    [InlineData("64:ff9b::169.254.169.254")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("2001::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::1")]
    [InlineData("3fff::1")]
    public void Link_local_and_special_addresses_are_never_allowed(string address)
    {
        Assert.False(AddressGuard.Allows(IPAddress.Parse(address), allowsPrivate: false));
        Assert.False(AddressGuard.Allows(IPAddress.Parse(address), allowsPrivate: true));
    }

    [Fact]
    public void An_IPv4_address_is_the_same_in_the_clothes_of_IPv6() => Gen.Byte.Array[4].Sample(bytes =>
    {
        var address = new IPAddress(bytes);
        var translated = new IPAddress([0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, .. bytes]);

        foreach (var allowsPrivate in (bool[])[true, false])
        {
            Assert.Equal(AddressGuard.Allows(address, allowsPrivate), AddressGuard.Allows(address.MapToIPv6(), allowsPrivate));
            Assert.Equal(AddressGuard.Allows(address, allowsPrivate), AddressGuard.Allows(translated, allowsPrivate));
        }
    });

    [Fact]
    public void Of_IPv6_nothing_but_what_is_routed_in_the_internet_is_allowed() => Gen.Byte.Array[16].Where(bytes => bytes[0] >> 5 != 1).Sample(bytes =>
        Assert.False(AddressGuard.Allows(new IPAddress(bytes), allowsPrivate: false)));

    /// <summary>The names and numbers that this machine answers to: none of them gets a connection, although somebody listens.</summary>
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.2")]
    [InlineData("localhost")]
    [InlineData("LOCALHOST")]
    [InlineData("2130706433")]
    [InlineData("0x7f000001")]
    [InlineData("0177.0.0.1")]
    [InlineData("127.1")]
    [InlineData("0")]
    [InlineData("0.0.0.0")]
    [InlineData("[::1]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("[::ffff:7f00:1]")]
    [InlineData("[::]")]
    [InlineData("[0:0:0:0:0:0:0:1]")]
    public async Task No_name_and_no_spelling_of_this_machine_is_connected_to(string host)
    {
        await using var server = await SourceServer.StartAsync();
        using var client = new HttpClient(AddressGuard.CreateHandler(allowsPrivate: false));

        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync($"http://{host}:{server.Port}/", Cancellation));

        Assert.IsType<AddressRefusedException>(exception.InnerException);
        Assert.Empty(server.Received);
    }

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("[::ffff:169.254.169.254]")]
    [InlineData("[fe80::1]")]
    [InlineData("0.0.0.0")]
    [InlineData("[::]")]
    public async Task Metadata_services_are_not_connected_to_either_where_private_addresses_are_allowed(string host)
    {
        using var client = new HttpClient(AddressGuard.CreateHandler(allowsPrivate: true));

        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync($"http://{host}/", Cancellation));

        Assert.IsType<AddressRefusedException>(exception.InnerException);
    }

    [Fact]
    public async Task A_private_server_is_reached_where_that_is_configured()
    {
        await using var server = await SourceServer.StartAsync();
        using var client = new HttpClient(AddressGuard.CreateHandler(allowsPrivate: true));

        Assert.True((await client.GetAsync(server.Address, Cancellation)).IsSuccessStatusCode);
    }
}
