using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using UserSync.Ledger;

namespace UserSync.Processing;

/// <summary>
/// Says when a user may be updated, within the limits of its account and of the token. Who has to wait is given a time, the same for
/// everybody who asks for that user until then: nobody holds a worker while waiting, and what arrives meanwhile is merged and rides
/// along. An account that has to wait for its own limit takes nothing of the token's from the others.
/// <para>
/// A time is a plan, and what was really taken is the limit: whoever asks while there is room gets a turn, unless it is kept for those who
/// were told to come now.
/// </para>
/// </summary>
/// <param name="options">The limits.</param>
/// <param name="time">The clock.</param>
public sealed class UpdateSchedule(IOptions<LimitOptions> options, TimeProvider time)
{
    // A time that nobody came back for is given up after this.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<string, UpdateLimit> accounts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, UpdateLimit> tokens = new(StringComparer.Ordinal);
    private readonly Dictionary<UserKey, Reservation> reserved = [];
    private DateTimeOffset lastSweep;
    private long lastNumber;

    /// <summary>Asks for the turn to update a user.</summary>
    /// <param name="user">The user.</param>
    /// <param name="token">The name of the token's secret.</param>
    /// <returns>Zero where it is the user's turn now; otherwise how long to stay away.</returns>
    public TimeSpan TryTake(UserKey user, string token)
    {
        if (!options.Value.Enabled)
        {
            return TimeSpan.Zero;
        }

        lock (gate)
        {
            var now = time.GetUtcNow();
            Sweep(now);
            var account = Limit(accounts, user.Account, options.Value.AccountRequests, options.Value.AccountWindow);
            var shared = Limit(tokens, token, options.Value.TokenRequests, options.Value.TokenWindow);
            var waits = reserved.TryGetValue(user, out var place);
            var number = waits ? place.Number : UpdateLimit.Last;
            var accountHasRoom = account.HasRoomFor(number, now);
            if (accountHasRoom && shared.HasRoomFor(number, now))
            {
                if (waits)
                {
                    Leave(user, place, now);
                }

                account.Take(user, now);
                shared.Take(user, now);
                return TimeSpan.Zero;
            }

            if (!waits || place.At <= now || place.At < account.PausedUntil)
            {
                if (waits)
                {
                    Leave(user, place, now);
                }

                reserved[user] = place = Plan(waits ? place : null, account, accountHasRoom, shared, now);
                account.Keep(place.At, place.Number);
                place.Token?.Keep(place.At, place.Number);
            }

            return place.At - now;
        }
    }

    /// <summary>Gives back a turn that was not needed.</summary>
    /// <param name="user">The user.</param>
    /// <param name="token">The name of the token's secret.</param>
    public void GiveBack(UserKey user, string token)
    {
        lock (gate)
        {
            accounts.GetValueOrDefault(user.Account)?.Return(user);
            tokens.GetValueOrDefault(token)?.Return(user);
        }
    }

    /// <summary>Gives up the turn that somebody was told who will not come for it. Who was told the same time is one who has just come.</summary>
    /// <param name="user">The user.</param>
    public void GiveUp(UserKey user)
    {
        lock (gate)
        {
            if (reserved.TryGetValue(user, out var place))
            {
                Leave(user, place, time.GetUtcNow());
            }
        }
    }

    /// <summary>Lets nobody update users of an account for a while, because Truto or the provider says that a limit is used up.</summary>
    /// <param name="account">The account.</param>
    /// <param name="delay">How long.</param>
    public void Pause(string account, TimeSpan delay)
    {
        if (!options.Value.Enabled)
        {
            return;
        }

        lock (gate)
        {
            var limit = Limit(accounts, account, options.Value.AccountRequests, options.Value.AccountWindow);
            limit.PausedUntil = Max(limit.PausedUntil, time.GetUtcNow() + delay);
        }
    }

    /// <summary>How near the accounts that were updated lately are to their limits, by account.</summary>
    public IReadOnlyList<AccountPressure> Measure()
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            var waiting = reserved.Where(place => place.Value.At > now).CountBy(place => place.Key.Account, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
            return
            [
                .. accounts.OrderBy(account => account.Key, StringComparer.Ordinal).Select(account => new AccountPressure(
                    account.Key,
                    account.Value.CountAt(now),
                    options.Value.AccountRequests,
                    options.Value.AccountWindow,
                    waiting.GetValueOrDefault(account.Key),
                    account.Value.PausedUntil > now ? account.Value.PausedUntil : null)),
            ];
        }
    }

    private static UpdateLimit Limit(Dictionary<string, UpdateLimit> limits, string name, int requests, TimeSpan window)
    {
        if (!limits.TryGetValue(name, out var found))
        {
            limits[name] = found = new UpdateLimit(requests, window);
        }

        return found;
    }

    private static DateTimeOffset Max(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;

    /// <summary>A user's place: first in the line of its account, and when that is reached, in the line of the token.</summary>
    private Reservation Plan(Reservation? known, UpdateLimit account, bool accountHasRoom, UpdateLimit shared, DateTimeOffset now)
    {
        if (known is { IsPlanned: true } place && place.At >= account.PausedUntil)
        {
            // Its turn has come, and somebody else has taken it: it stays where it is in the line.
            var ofToken = place.Token == shared;
            if (ofToken || !accountHasRoom)
            {
                var at = account.EarliestFor(place.Number, now);
                return ofToken ? place with { At = Max(at, shared.EarliestFor(place.Number, now)) } : new Reservation(at, place.Number);
            }

            return new Reservation(shared.Plan(shared.EarliestFor(place.Number, now)), place.Number, shared);
        }

        var number = known?.Number ?? ++lastNumber;
        if (known is null && account.HasRoom(now) && shared.HasRoom(now))
        {
            // It is kept for others: that they come, or do not, is seen soon.
            return new Reservation(now + UpdateLimit.Patience, number) { IsPlanned = false };
        }

        var first = account.Plan(account.EarliestFor(UpdateLimit.Last, now));
        return first > now ? new Reservation(first, number) : new Reservation(shared.Plan(shared.EarliestFor(UpdateLimit.Last, now)), number, shared);
    }

    /// <summary>Keeps no turn for a user any more. One that was still to come is for somebody else.</summary>
    private void Leave(UserKey user, Reservation place, DateTimeOffset now)
    {
        reserved.Remove(user);
        var account = accounts.GetValueOrDefault(user.Account);
        account?.Release(place.At, place.Number, now);
        place.Token?.Release(place.At, place.Number, now);
        if (place.IsPlanned && place.At > now)
        {
            (place.Token ?? account)?.Vacate(place.At);
        }
    }

    /// <summary>Forgets what does not matter any more, so that memory follows what is going on and not what ever went on.</summary>
    private void Sweep(DateTimeOffset now)
    {
        if (now - lastSweep < Grace)
        {
            return;
        }

        lastSweep = now;
        foreach (var user in reserved.Where(entry => entry.Value.At + Grace < now).Select(entry => entry.Key).ToList())
        {
            reserved.Remove(user);
        }

        foreach (var limit in accounts.Values.Concat(tokens.Values))
        {
            limit.Lapse(now);
        }

        foreach (var account in accounts.Where(entry => entry.Value.IsIdle(now)).Select(entry => entry.Key).ToList())
        {
            accounts.Remove(account);
        }
    }

    /// <summary>A place in a line.</summary>
    /// <param name="At">When it is its turn.</param>
    /// <param name="Number">Who came before has a smaller one.</param>
    /// <param name="Token">The token in whose line it is; <see langword="null"/> where it is only in that of the account.</param>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Reservation(DateTimeOffset At, long Number, UpdateLimit? Token = null)
    {
        /// <summary>Whether it is a place in a line, and not only a time to come and see.</summary>
        internal bool IsPlanned { get; init; } = true;
    }
}
