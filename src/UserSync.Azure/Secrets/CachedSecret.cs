using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using UserSync.Secrets;
using UserSync.Telemetry;

namespace UserSync.Azure.Secrets;

/// <summary>
/// What is known of one secret. It is read by one flight at a time, whoever needs it: ahead, while what is known still serves; before
/// anybody goes on, where it is too old or was refused. While the vault cannot be read, the last good values serve.
/// </summary>
/// <param name="name">The secret's name.</param>
/// <param name="vault">Reads it.</param>
/// <param name="options">How long what was read is good for.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
/// <param name="metrics">Counts reads; <see langword="null"/> where nobody counts.</param>
internal sealed partial class CachedSecret(
    string name, VaultReader vault, KeyVaultOptions options, TimeProvider time, ILogger logger, UserSyncMetrics? metrics)
{
    /// <summary>
    /// A value that was read since then is not read again however often it is refused, so that a value that is wrong in the vault does not
    /// cost one read per event.
    /// </summary>
    internal static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(10);

    /// <summary>How long anybody waits where there is a value that would do.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private const int MostFlights = 3;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private volatile SecretSnapshot? known;
    private Task? flight;
    private KeyVaultException? failure;
    private long failedAt;
    private TimeSpan delay = TimeSpan.Zero;
    private long refusedAt = long.MinValue;

    /// <summary>How good what is known is.</summary>
    private enum Standing
    {
        /// <summary>Nothing is known, or not any more.</summary>
        Nothing,

        /// <summary>Better than nothing.</summary>
        Old,

        /// <summary>Good, and to be read again soon.</summary>
        Aging,

        /// <summary>Good.</summary>
        Fresh,
    }

    /// <summary>When the newest version was made, as far as it is known by now.</summary>
    internal DateTimeOffset? Since => known?.Versions is [var newest, ..] ? newest.CreatedAt : null;

    /// <summary>The values that count, the newest first; none where there is no such secret.</summary>
    /// <param name="cancellationToken">Stops waiting. A flight goes on: others may wait for it.</param>
    /// <exception cref="SecretStoreException">Nobody knows.</exception>
    internal ValueTask<IReadOnlyList<string>> GetAsync(CancellationToken cancellationToken)
    {
        if (known is not { } snapshot)
        {
            return WaitAsync(cancellationToken);
        }

        switch (StandingOf(snapshot))
        {
            case Standing.Fresh:
                return ValueTask.FromResult(snapshot.Values(time.GetUtcNow()));
            case Standing.Aging:
                _ = TryBegin(snapshot, out _);
                return ValueTask.FromResult(snapshot.Values(time.GetUtcNow()));
            default:
                return WaitAsync(cancellationToken);
        }
    }

    /// <summary>Says that the values were refused.</summary>
    internal void Invalidate()
    {
        if (known is { } snapshot && time.GetElapsedTime(snapshot.AskedAt) >= ShortestInterval)
        {
            Volatile.Write(ref refusedAt, time.GetTimestamp());
        }
    }

    private async ValueTask<IReadOnlyList<string>> WaitAsync(CancellationToken cancellationToken)
    {
        // A flight that began before the values were refused may bring the same ones.
        for (var flights = 0; flights < MostFlights; flights++)
        {
            var snapshot = known;
            var standing = snapshot is null ? Standing.Nothing : StandingOf(snapshot);
            if (standing > Standing.Old)
            {
                break;
            }

            if (!TryBegin(snapshot, out var running) || (standing == Standing.Old && IsFailing()))
            {
                break;
            }

            try
            {
                await running.WaitAsync(standing == Standing.Old ? Patience : Timeout.InfiniteTimeSpan, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                break;
            }
        }

        return known is { } last && StandingOf(last) != Standing.Nothing
            ? last.Values(time.GetUtcNow())
            : throw new SecretStoreException(name, failure);
    }

    private Standing StandingOf(SecretSnapshot snapshot)
    {
        var age = time.GetElapsedTime(snapshot.AskedAt);
        if (snapshot.Versions.Count == 0)
        {
            // That there is no such secret is believed for a while, and never for want of better knowledge.
            return age < options.MissingFor ? Standing.Fresh : Standing.Nothing;
        }

        var isRefused = Volatile.Read(ref refusedAt) > snapshot.AskedAt;
        return age >= options.KeepFor ? Standing.Nothing
            : isRefused || age >= 2 * options.RefreshAfter ? Standing.Old
            : age >= options.RefreshAfter ? Standing.Aging
            : Standing.Fresh;
    }

    private bool IsFailing()
    {
        lock (gate)
        {
            return failure is not null;
        }
    }

    /// <summary>Begins a flight, or finds the one that is under way, or that has just ended.</summary>
    /// <param name="snapshot">What the caller found too old.</param>
    /// <param name="running">The flight, which never fails.</param>
    /// <returns>Whether there is one; otherwise it is too early to ask again.</returns>
    private bool TryBegin(SecretSnapshot? snapshot, [NotNullWhen(true)] out Task? running)
    {
        lock (gate)
        {
            if (known != snapshot)
            {
                running = Task.CompletedTask;
                return true;
            }

            var isTooEarly = vault.IsPaused || (failure is not null && time.GetElapsedTime(failedAt) < delay);
            if (flight is null && !isTooEarly)
            {
                flight = Task.Run(ReadAsync);
            }

            running = flight;
            return running is not null;
        }
    }

    private async Task ReadAsync()
    {
        using var deadline = new CancellationTokenSource(options.CallTimeout, time);
        var former = known;
        try
        {
            var read = await vault.ReadAsync(name, former, deadline.Token);
            lock (gate)
            {
                (known, failure, flight) = (read, null, null);
            }

            metrics?.SecretRefreshed(name, "read");
            if (former is not null && former.Newest != read.Newest)
            {
                Log.Changed(logger, name, read.Versions.Count);
            }
        }
        catch (Exception exception)
        {
            metrics?.SecretRefreshed(name, "failed");
            Fail(KeyVaultException.Of(exception, time.GetUtcNow()));
        }
    }

    private void Fail(KeyVaultException cause)
    {
        lock (gate)
        {
            delay = failure is null ? FirstDelay : delay < LongestDelay / 2 ? 2 * delay : LongestDelay;
            (failure, failedAt, flight) = (cause, time.GetTimestamp(), null);
        }

        if (cause.Pause is not null || cause.IsThrottled)
        {
            vault.Pause(cause.Pause ?? delay);
        }

        if (known is { Versions.Count: > 0 } last && StandingOf(last) != Standing.Nothing)
        {
            Log.StillServes(logger, name, time.GetElapsedTime(last.AskedAt), cause);
        }
        else
        {
            Log.NotRead(logger, name, cause);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(312, LogLevel.Information, "The secret {Name} has changed; {Count} of its versions count.")]
        public static partial void Changed(ILogger logger, string name, int count);

        [LoggerMessage(313, LogLevel.Warning, "The secret {Name} cannot be read; what was read {Age} ago still serves.")]
        public static partial void StillServes(ILogger logger, string name, TimeSpan age, Exception exception);

        [LoggerMessage(314, LogLevel.Error, "The secret {Name} cannot be read, and no value of it is known.")]
        public static partial void NotRead(ILogger logger, string name, Exception exception);
    }
}
