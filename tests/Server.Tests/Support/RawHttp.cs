using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Server.Tests.Support;

/// <summary>Requests that no HTTP client would send, byte by byte over a socket.</summary>
internal static class RawHttp
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    /// <summary>A request with its headers in their order, repeated ones too, after which the connection is to be closed.</summary>
    public static byte[] Request(string method, string target, IEnumerable<(string Name, string Value)> headers, ReadOnlySpan<byte> body)
    {
        var length = body.Length.ToString(CultureInfo.InvariantCulture);
        var head = new StringBuilder($"{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n");
        foreach (var (name, value) in headers)
        {
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        return [.. Encoding.UTF8.GetBytes(head.Append("\r\n").ToString()), .. body];
    }

    /// <summary>Sends bytes and reads until the server closes the connection. The answer is empty where it closes without one.</summary>
    /// <param name="address">Where the server is.</param>
    /// <param name="request">The bytes.</param>
    /// <param name="hangUp">Whether to hang up where no answer comes, because the request is not complete and the server waits.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    public static async Task<string> SendAsync(Uri address, ReadOnlyMemory<byte> request, bool hangUp, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address.Host, address.Port, cancellationToken);
        var answer = new MemoryStream();
        try
        {
            await socket.SendAsync(request, cancellationToken);
            var buffer = new byte[8192];
            int read;
            do
            {
                var receiving = socket.ReceiveAsync(buffer, cancellationToken).AsTask();
                if (hangUp && await Task.WhenAny(receiving, Task.Delay(Patience, TimeProvider.System, cancellationToken)) != receiving)
                {
                    socket.Shutdown(SocketShutdown.Send);
                }

                read = await receiving;
                answer.Write(buffer, 0, read);
            }
            while (read > 0);
        }
        catch (SocketException)
        {
            // A server may end a connection that breaks the protocol in any way it likes.
        }

        return Encoding.UTF8.GetString(answer.ToArray());
    }

    /// <summary>The status of an answer; <see langword="null"/> where there is none.</summary>
    public static int? StatusOf(string answer) => answer.StartsWith("HTTP/1.", StringComparison.Ordinal)
        ? int.Parse(answer.AsSpan(9, 3), CultureInfo.InvariantCulture)
        : null;
}
