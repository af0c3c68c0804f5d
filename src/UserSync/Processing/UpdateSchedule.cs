using Microsoft.Extensions.Options;
using UserSync.Ledger;

namespace UserSync.Processing;

/// <summary>
/// Says when a user may be updated, within the limits of its account and of the token. Who has to wait is given a time, the same for
/// everybody who asks for that user until then: nobody holds a worker while waiting, and what arrives meanwhile is merged and rides
/// along.
/// </summary>
/// <param name="options">The limits.</param>
/// <param name="time">The clock.</param>
public sealed class UpdateSchedule(IOptions<LimitOptions> options, TimeProvider time)
{
    // A time that nobody came back for is given up after this.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<string, SlidingWindow> accounts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SlidingWindow> tokens = new(StringComparer.Ordinal);
    private readonly Dictionary<UserKey, DateTimeOffset> reserved = [];
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
            var account = Window(accounts, user.Account, options.Value.AccountRequests, options.Value.AccountWindow);
            if (reserved.TryGetValue(user, out var at))
            {
                at = at > account.PausedUntil ? at : account.PausedUntil;
                if (at > now)
                {
                    return at - now;
                }

                reserved.Remove(user);
                return TimeSpan.Zero;
            }

            var shared = Window(tokens, token, options.Value.TokenRequests, options.Value.TokenWindow);
            at = account.Earliest(now);
            at = shared.Earliest(at);
            account.Book(at);
            shared.Book(at);
            if (at <= now)
            {
                return TimeSpan.Zero;
            }

            reserved[user] = at;
            return at - now;
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
            Window(accounts, account, options.Value.AccountRequests, options.Value.AccountWindow).Pause(time.GetUtcNow() + delay);
        }
    }

    private static SlidingWindow Window(Dictionary<string, SlidingWindow> windows, string name, int requests, TimeSpan window)
    {
        if (!windows.TryGetValue(name, out var found))
        {
            windows[name] = found = new SlidingWindow(requests, window);
        }

        return found;
    }

    /// <summary>Forgets what does not matter any more, so that memory follows what is going on and not what ever went on.</summary>
    private void Sweep(DateTimeOffset now)
    {
        if (now - lastSweep < Grace)
        {
            return;
        }

        lastSweep = now;
        foreach (var user in reserved.Where(entry => entry.Value + Grace < now).Select(entry => entry.Key).ToList())
        {
            reserved.Remove(user);
        }

        foreach (var account in accounts.Where(entry => entry.Value.IdleFrom < now).Select(entry => entry.Key).ToList())
        {
            accounts.Remove(account);
        }
    }
}
