using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Benchmarks;

/// <summary>
/// Closed-loop load over kept connections: each sends a delivery, waits for the answer, and sends the next. It writes HTTP by hand,
/// because it shares the machine with what it measures.
/// </summary>
/// <param name="address">The server.</param>
/// <param name="connections">How many connections.</param>
internal sealed class LoadGenerator(Uri address, int connections)
{
    private const int DigitsOfNumber = 9;

    private static readonly byte[] EndOfHead = "\r\n\r\n"u8.ToArray();

    private static int LastNumber;

    /// <summary>Sends for a while.</summary>
    /// <returns>How many deliveries a second were answered with a success.</returns>
    /// <exception cref="InvalidOperationException">A delivery was answered with something else.</exception>
    internal async Task<double> RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(() => SendAsync(clock, duration, cancellationToken), cancellationToken)));
        return counts.Sum() / clock.Elapsed.TotalSeconds;
    }

    private async Task<int> SendAsync(Stopwatch clock, TimeSpan duration, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address.Host, address.Port, cancellationToken);
        var answer = new byte[16 * 1024];
        var count = 0;
        while (clock.Elapsed < duration)
        {
            await socket.SendAsync(Request(), cancellationToken);
            await ReceiveAsync(socket, answer, cancellationToken);
            count++;
        }

        return count;
    }

    private byte[] Request()
    {
        var id = Interlocked.Increment(ref LastNumber).ToString(CultureInfo.InvariantCulture).PadLeft(DigitsOfNumber, '0');
        var body = $$"""{"id":"event-{{id}}","user":"user-{{id[^4..]}}","email":"amelia.{{id}}@example.com","name":"Amelia Ortiz {{id}}","state":"active","updated_at":"2026-01-01T00:00:00Z"}""";
        return Encoding.ASCII.GetBytes(
            $"POST /api/webhooks/{Workspace.Source} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

    /// <summary>Reads one answer; the servers that are measured answer with a length, or with 204 and nothing.</summary>
    private static async Task ReceiveAsync(Socket socket, byte[] buffer, CancellationToken cancellationToken)
    {
        var length = 0;
        var total = int.MaxValue;
        while (length < total)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
            {
                throw new InvalidOperationException("The server closed the connection.");
            }

            length += read;
            var end = buffer.AsSpan(0, length).IndexOf(EndOfHead);
            if (end >= 0)
            {
                total = end + EndOfHead.Length + LengthOfBody(Encoding.ASCII.GetString(buffer, 0, end));
            }
        }
    }

    private static int LengthOfBody(string head)
    {
        if (!head.StartsWith("HTTP/1.1 2", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"The server answered {head.Split('\r')[0]}.");
        }

        const string Name = "Content-Length: ";
        var start = head.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
        return start < 0 ? 0 : int.Parse(head.AsSpan(start + Name.Length).ToString().Split('\r')[0], CultureInfo.InvariantCulture);
    }
}
