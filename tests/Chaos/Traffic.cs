using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Chaos;

/// <summary>Senders: each sends deliveries of a few events, out of order and now and then twice, until they are acknowledged.</summary>
/// <param name="http">The connection to the server.</param>
/// <param name="seed">What the random choices begin with.</param>
internal sealed class Traffic(HttpClient http, int seed)
{
    internal const int Users = 20;
    internal const string Source = "chaos";

    private const int Senders = 8;

    private static readonly string[] Names = ["email", "name", "tier", "region"];
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentQueue<SentEvent> acknowledged = new();
    private readonly DateTimeOffset start = TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(1);
    private int next;

    /// <summary>The events that the server has acknowledged.</summary>
    internal IReadOnlyCollection<SentEvent> Acknowledged => acknowledged;

    /// <summary>How many deliveries had to be sent again.</summary>
    internal int Repeated { get; private set; }

    /// <summary>Sends until it is told to stop; then every delivery that was begun is finished.</summary>
    internal Task RunAsync(CancellationToken stop, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => SendAsync(new Random(seed + sender), stop, cancellationToken)));

    private async Task SendAsync(Random random, CancellationToken stop, CancellationToken cancellationToken)
    {
        while (!stop.IsCancellationRequested)
        {
            var events = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Make(random)).ToList();
            await DeliverAsync(events, cancellationToken);
            if (random.Next(10) == 0)
            {
                await DeliverAsync(events, cancellationToken);
            }

            events.ForEach(acknowledged.Enqueue);
            await Task.Delay(Between, cancellationToken);
        }
    }

    /// <summary>Every event occurred at a time of its own, and is sent up to a few seconds early or late.</summary>
    private SentEvent Make(Random random)
    {
        var number = Interlocked.Increment(ref next);
        var user = random.Next(Users);
        var at = start.AddMilliseconds((number * 10) + random.Next(-2000, 2000));
        var isBad = random.Next(50) == 0;
        var fields = Names.Where(_ => !isBad && random.Next(2) == 0).ToDictionary(name => name, name => Value(name, user, number), StringComparer.Ordinal);
        if (fields.Count == 0)
        {
            // Alone: were the address outdated by a newer one, nobody would refuse it, and the event's other fields would count.
            fields["email"] = isBad ? $"not an address {number}" : Value("email", user, number);
        }

        return new SentEvent($"event-{number}", $"user-{user}", at, fields, isBad);
    }

    private static string Value(string name, int user, int number) => name == "email" ? $"user-{user}-{number}@example.com" : $"{name} {number}";

    private async Task DeliverAsync(IReadOnlyList<SentEvent> events, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                using var response = await http.PostAsJsonAsync($"/api/webhooks/{Source}", new JsonArray([.. events.Select(change => change.ToJson())]), cancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Whether it came through, nobody knows.
            }

            Repeated++;
            await Task.Delay(AfterFailure, cancellationToken);
        }
    }
}
