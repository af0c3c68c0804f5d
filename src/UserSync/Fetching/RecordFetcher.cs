using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using UserSync.Outcomes;
using UserSync.Receiving.Events;
using UserSync.Secrets;
using UserSync.Sources;

namespace UserSync.Fetching;

/// <summary>
/// Fetches the records behind events, each as seldom as possible. A record serves every event that was received before it was asked
/// for, because whatever such an event announces had happened by then; for an event that was received later it is never used, because
/// the change may not be in it. Whoever wants a record that is being asked for waits for the same answer, and between two requests
/// for one record some time passes (<see cref="FetchingOptions.Interval"/>): a burst of events for one person costs two at the most.
/// </summary>
public sealed partial class RecordFetcher : IDisposable
{
    private readonly RecordClient client;
    private readonly FetchingOptions options;
    private readonly TimeProvider time;
    private readonly ILogger<RecordFetcher> logger;

    private readonly Lock gate = new();
    private readonly Dictionary<RecordKey, Flight> flights = [];
    private readonly MemoryCache known;
    private readonly ConcurrentDictionary<string, Pause> pauses = new(StringComparer.Ordinal);

    /// <summary>Makes a fetcher.</summary>
    /// <param name="http">Makes the clients that reach source systems.</param>
    /// <param name="secrets">Where the credentials are.</param>
    /// <param name="options">The bounds.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public RecordFetcher(
        IHttpClientFactory http, ISecretStore secrets, IOptions<FetchingOptions> options, TimeProvider time, ILogger<RecordFetcher> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options.Value;
        this.time = time;
        this.logger = logger;
        var clients = new FetchClients(http);
        client = new RecordClient(clients, secrets, new AccessTokens(clients, secrets, this.options, time), this.options, time);
        known = new MemoryCache(new MemoryCacheOptions { SizeLimit = this.options.CacheBytes, Clock = new CacheClock(time) });
    }

    /// <summary>Fetches the record behind an event, or says why not, or when.</summary>
    /// <param name="source">The event's source, which has a rule for fetching.</param>
    /// <param name="change">The event.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<FetchResult> FetchAsync(Source source, ChangeEvent change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(change);
        var fetch = source.Fetch!;
        if (!fetch.TryLocate(change, out var address, out var problem))
        {
            return FetchResult.Of(Failure.Of([problem]));
        }

        var key = new RecordKey(source.Name, address.AbsoluteUri);
        while (true)
        {
            if (Find(key) is { } kept)
            {
                if (kept.Result.Failure is not { IsTransient: true } && Serves(kept.AsOf, change))
                {
                    return kept.Result;
                }

                var wait = kept.AsOf + options.Interval - time.GetUtcNow();
                if (wait > TimeSpan.Zero)
                {
                    return FetchResult.Later(wait);
                }
            }

            if (IsPaused(source.Name, out var pause))
            {
                var left = pause.Until - time.GetUtcNow();
                return FetchResult.Later(left, pause.Failure with { RetryAfter = left });
            }

            var (flight, isOwn) = Board(key, fetch, address);
            var result = await flight.Landed.WaitAsync(cancellationToken);
            if (isOwn || Serves(flight.StartedAt, change))
            {
                return result;
            }
        }
    }

    /// <summary>The record behind an event, where it is still known; nobody is asked.</summary>
    /// <param name="source">The event's source, which has a rule for fetching.</param>
    /// <param name="change">The event.</param>
    public FetchedRecord? Recall(Source source, ChangeEvent change)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.Fetch!.TryLocate(change, out var address, out _)
            && Find(new RecordKey(source.Name, address.AbsoluteUri)) is { } kept && Serves(kept.AsOf, change)
            ? kept.Result.Record
            : null;
    }

    /// <inheritdoc/>
    public void Dispose() => known.Dispose();

    /// <summary>Whether what was asked for at a time is as new as what the event announces. At the same time, nobody knows.</summary>
    private bool Serves(DateTimeOffset askedAt, ChangeEvent change) => askedAt - change.ReceivedAt > options.ClockDifference;

    private KnownRecord? Find(RecordKey key) => known.Get<KnownRecord>(key);

    /// <summary>A failure is known only for as long as nobody is to try again anyway.</summary>
    private TimeSpan LifetimeOf(FetchResult result) => result.Failure is null ? options.CacheTime : options.Interval;

    private bool IsPaused(string source, [NotNullWhen(true)] out Pause? pause) =>
        pauses.TryGetValue(source, out pause) && pause.Until > time.GetUtcNow();

    /// <summary>Joins the request that is under way for a record, or begins one.</summary>
    private (Flight Flight, bool IsOwn) Board(RecordKey key, FetchRule fetch, Uri address)
    {
        Flight? flight;
        lock (gate)
        {
            if (flights.TryGetValue(key, out flight))
            {
                return (flight, IsOwn: false);
            }

            flight = new Flight(time.GetUtcNow());
            flights.Add(key, flight);
        }

        _ = FlyAsync(flight, key, fetch, address);
        return (flight, IsOwn: true);
    }

    private async Task FlyAsync(Flight flight, RecordKey key, FetchRule fetch, Uri address)
    {
        try
        {
            var before = Find(key);
            var reply = await client.AskAsync(fetch, address, before?.Validators);
            var now = reply.IsUnchanged && before is not null
                ? before with { Result = FetchResult.Of(before.Result.Record! with { AsOf = flight.StartedAt }), AsOf = flight.StartedAt }
                : new KnownRecord(ResultOf(reply, flight.StartedAt), flight.StartedAt, reply.Validators, reply.Size);
            Keep(key, now);
            if (reply.Pause is { } length && reply.Failure is { } failure)
            {
                var pause = new Pause(time.GetUtcNow() + length, failure);
                pauses.AddOrUpdate(key.Source, pause, (_, current) => current.Until > pause.Until ? current : pause);
                Log.Paused(logger, key.Source, length, failure.Cause);
            }

            Log.Fetched(logger, key.Source, reply, time.GetUtcNow() - flight.StartedAt);
            Land(key);
            flight.Land(now.Result);
        }
        catch (Exception exception)
        {
            // Nobody expects this. Those who wait are told, and come back with their messages.
            Land(key);
            flight.Crash(exception);
        }
    }

    private static FetchResult ResultOf(Reply reply, DateTimeOffset askedAt) =>
        reply.Failure is { } failure ? FetchResult.Of(failure) : FetchResult.Of(new FetchedRecord(reply.Data, askedAt, reply.IsGone));

    private void Keep(RecordKey key, KnownRecord record) => known.Set(key, record, new MemoryCacheEntryOptions
    {
        Size = FetchedRecord.SizeOf(record.Size),
        AbsoluteExpiration = record.AsOf + LifetimeOf(record.Result),
    });

    private void Land(RecordKey key)
    {
        lock (gate)
        {
            flights.Remove(key);
        }
    }

    private sealed record Pause(DateTimeOffset Until, Failure Failure);

    /// <summary>A request that is under way.</summary>
    private sealed class Flight(DateTimeOffset startedAt)
    {
        private readonly TaskCompletionSource<FetchResult> landing = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public DateTimeOffset StartedAt { get; } = startedAt;

        public Task<FetchResult> Landed => landing.Task;

        public void Land(FetchResult result) => landing.SetResult(result);

        public void Crash(Exception exception) => landing.SetException(exception);
    }

    private static partial class Log
    {
        [LoggerMessage(230, LogLevel.Debug, "The source system of {Source} was asked for a record: {Reply}, after {Duration}.")]
        public static partial void Fetched(ILogger logger, string source, Reply reply, TimeSpan duration);

        [LoggerMessage(231, LogLevel.Warning, "The source system of {Source} is left alone for {Pause} ({Cause}).")]
        public static partial void Paused(ILogger logger, string source, TimeSpan pause, string cause);
    }
}
