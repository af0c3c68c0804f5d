using System.Net;
using System.Net.Sockets;

namespace UserSync.Fetching;

/// <summary>
/// Decides at the moment of connecting where a fetch may go, on the addresses that a name resolves to just then: a name that points
/// into a private network, now or later, leads nowhere.
/// </summary>
internal static class AddressGuard
{
    // Names may be moved to other addresses; connections follow after this.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    /// <summary>Networks that an operator may mean: this machine, and private ones (RFC 1918, 4193, 6598).</summary>
    private static readonly IPNetwork[] Private = Networks(
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "::1/128", "fc00::/7");

    /// <summary>
    /// Addresses that no source system has: unspecified, link-local (with them the metadata services of most clouds), documentation,
    /// benchmarking, multicast and reserved ones (IANA special-purpose registries), and the metadata services that stand elsewhere.
    /// </summary>
    private static readonly IPNetwork[] Never = Networks(
        "0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "168.63.129.16/32", "100.100.100.200/32",
        "fd00:ec2::254/128", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20");

    /// <summary>All that is routed in the internet as IPv6.</summary>
    private static readonly IPNetwork Global = IPNetwork.Parse("2000::/3");

    /// <summary>IPv4 in the clothes of IPv6, for networks that have only that (RFC 6052).</summary>
    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>Makes the handler that fetches go through.</summary>
    /// <param name="allowsPrivate">Whether it may connect to private networks.</param>
    internal static SocketsHttpHandler CreateHandler(bool allowsPrivate) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,

        // A proxy of the environment would connect in our place, to wherever it likes.
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.All,
        PooledConnectionLifetime = ConnectionLifetime,
        ActivityHeadersPropagator = null,
        ConnectCallback = (context, cancellationToken) => ConnectAsync(context.DnsEndPoint, allowsPrivate, cancellationToken),
    };

    /// <summary>Whether a fetch may go to this address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="allowsPrivate">Whether private networks are allowed.</param>
    internal static bool Allows(IPAddress address, bool allowsPrivate)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return Allows(address.MapToIPv4(), allowsPrivate);
        }

        if (Translated.Contains(address))
        {
            return Allows(new IPAddress(address.GetAddressBytes().AsSpan(12)), allowsPrivate);
        }

        if (Contains(Never, address))
        {
            return false;
        }

        return Contains(Private, address) ? allowsPrivate : address.AddressFamily == AddressFamily.InterNetwork || Global.Contains(address);
    }

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint target, bool allowsPrivate, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(target.Host, out var literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(target.Host, cancellationToken);
        var allowed = Array.FindAll(addresses, address => Allows(address, allowsPrivate));
        if (allowed.Length == 0)
        {
            throw new AddressRefusedException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // To the very addresses that were looked at, not to the name once more.
            await socket.ConnectAsync(allowed, target.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool Contains(IPNetwork[] networks, IPAddress address) => Array.Exists(networks, network => network.Contains(address));

    private static IPNetwork[] Networks(params string[] texts) => Array.ConvertAll(texts, text => IPNetwork.Parse(text));
}
