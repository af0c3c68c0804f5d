using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using UserSync.Ledger;

namespace UserSync.Processing;

/// <summary>
/// Says when a user may be updated, within the limits of its account and of the token. Who has to wait is given a time, the same for
/// everybody who asks for that user until then: nobody holds a worker while waiting, and what arrives meanwhile is merged and rides
/// along. An account that has to wait for its own limit takes nothing of the token's from the others.
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
            var place = Plan(user, account, shared, now);
            if (place.At <= now)
            {
                place = place with { At = Max(account.Taken.Earliest(now), shared.Taken.Earliest(now)) };
            }

            if (place.At > now)
            {
                reserved[user] = place;
                return place.At - now;
            }

            reserved.Remove(user);
            account.Taken.Book(now);
            shared.Taken.Book(now);
            return TimeSpan.Zero;
        }
    }

    /// <summary>Gives back a turn that was not needed.</summary>
    /// <param name="user">The user.</param>
    /// <param name="token">The name of the token's secret.</param>
    public void GiveBack(UserKey user, string token)
    {
        lock (gate)
        {
            accounts.GetValueOrDefault(user.Account)?.Return();
            tokens.GetValueOrDefault(token)?.Return();
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
                    account.Value.Taken.CountAt(now),
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

    /// <summary>The user's place: first in the line of its account, and when that is reached, in the line of the token.</summary>
    private Reservation Plan(UserKey user, UpdateLimit account, UpdateLimit shared, DateTimeOffset now)
    {
        if (!reserved.TryGetValue(user, out var place) || place.At < account.PausedUntil)
        {
            place = new Reservation(account.Plan.Book(Max(now, account.PausedUntil)), IsOfToken: false);
        }

        return place.At > now || place.IsOfToken ? place : new Reservation(shared.Plan.Book(now), IsOfToken: true);
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

        foreach (var account in accounts.Where(entry => entry.Value.IsIdle(now)).Select(entry => entry.Key).ToList())
        {
            accounts.Remove(account);
        }
    }

    /// <summary>A place in a line.</summary>
    /// <param name="At">When it is its turn.</param>
    /// <param name="IsOfToken">Whether it is in the line of the token, and not only of the account.</param>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Reservation(DateTimeOffset At, bool IsOfToken);
}
