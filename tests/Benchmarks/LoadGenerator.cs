using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Benchmarks;

/// <summary>
/// Closed-loop load over kept connections: each sends a delivery, waits for the answer, and sends the next. It writes HTTP by hand,
/// because it shares the machine with what it measures.
/// </summary>
/// <param name="address">The server.</param>
/// <param name="connections">How many connections.</param>
/// <param name="secret">What deliveries are signed with; <see langword="null"/> where they are not.</param>
internal sealed class LoadGenerator(Uri address, int connections, string? secret = null)
{
    private const int DigitsOfNumber = 9;

    private static readonly byte[] EndOfHead = "\r\n\r\n"u8.ToArray();

    private static int LastNumber;

    private readonly byte[]? key = secret is null ? null : Encoding.UTF8.GetBytes(secret);

    /// <summary>Sends for a while, each connection the next delivery as soon as the last was answered.</summary>
    /// <param name="duration">For how long.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="InvalidOperationException">A delivery was answered with something else than a success.</exception>
    internal Task<LoadResult> RunAsync(TimeSpan duration, CancellationToken cancellationToken) => RunAsync(duration, TimeSpan.Zero, cancellationToken);

    /// <summary>Sends for a while at a rate. Where a connection comes late, the wait counts.</summary>
    /// <param name="rate">Deliveries a second.</param>
    /// <param name="duration">For how long.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="InvalidOperationException">A delivery was answered with something else than a success.</exception>
    internal Task<LoadResult> RunAtAsync(double rate, TimeSpan duration, CancellationToken cancellationToken) =>
        RunAsync(duration, TimeSpan.FromSeconds(connections / rate), cancellationToken);

    /// <summary>Sends so many deliveries, as fast as they are answered.</summary>
    /// <param name="count">How many.</param>
    /// <param name="cancellationToken">Stops.</param>
    internal Task SendAsync(int count, CancellationToken cancellationToken) => Task.WhenAll(Enumerable.Range(0, connections).Select(connection => Task.Run(
        async () =>
        {
            using var socket = await ConnectAsync(cancellationToken);
            var answer = new byte[16 * 1024];
            for (var i = connection; i < count; i += connections)
            {
                await DeliverAsync(socket, answer, cancellationToken);
            }
        },
        cancellationToken)));

    private async Task<LoadResult> RunAsync(TimeSpan duration, TimeSpan interval, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var times = await Task.WhenAll(Enumerable.Range(0, connections).Select(
            connection => Task.Run(() => SendAsync(clock, duration, interval, interval * ((double)connection / connections), cancellationToken), cancellationToken)));
        var elapsed = clock.Elapsed.TotalSeconds;
        List<double> all = [.. times.SelectMany(list => list)];
        all.Sort();
        return new LoadResult(all.Count / elapsed, all);
    }

    private async Task<List<double>> SendAsync(Stopwatch clock, TimeSpan duration, TimeSpan interval, TimeSpan first, CancellationToken cancellationToken)
    {
        using var socket = await ConnectAsync(cancellationToken);
        var answer = new byte[16 * 1024];
        var times = new List<double>();
        for (var due = first; clock.Elapsed < duration && due < duration; due += interval)
        {
            if (due > clock.Elapsed)
            {
                await Task.Delay(due - clock.Elapsed, cancellationToken);
                await MeasureAsync(socket, answer, clock, clock.Elapsed, times, cancellationToken);
            }
            else
            {
                await MeasureAsync(socket, answer, clock, interval == TimeSpan.Zero ? clock.Elapsed : due, times, cancellationToken);
            }
        }

        return times;
    }

    private async Task MeasureAsync(Socket socket, byte[] answer, Stopwatch clock, TimeSpan from, List<double> times, CancellationToken cancellationToken)
    {
        await DeliverAsync(socket, answer, cancellationToken);
        times.Add((clock.Elapsed - from).TotalMilliseconds);
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address.Host, address.Port, cancellationToken);
        return socket;
    }

    private async Task DeliverAsync(Socket socket, byte[] answer, CancellationToken cancellationToken)
    {
        await socket.SendAsync(Request(), cancellationToken);
        await ReceiveAsync(socket, answer, cancellationToken);
    }

    private byte[] Request()
    {
        var id = Interlocked.Increment(ref LastNumber).ToString(CultureInfo.InvariantCulture).PadLeft(DigitsOfNumber, '0');
        var body = $$"""{"id":"event-{{id}}","user":"user-{{id[^4..]}}","email":"amelia.{{id}}@example.com","name":"Amelia Ortiz {{id}}","state":"active","updated_at":"2026-01-01T00:00:00Z"}""";
        var signature = key is null
            ? string.Empty
            : $"{Workspace.SignatureHeader}: {Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(body)))}\r\n";
        return Encoding.ASCII.GetBytes(
            $"POST /api/webhooks/{Workspace.Source} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/json\r\n{signature}Content-Length: {body.Length}\r\n\r\n{body}");
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
