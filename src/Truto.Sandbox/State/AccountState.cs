using System.Collections.Concurrent;
using Truto.Sandbox.Providers;

namespace Truto.Sandbox.State;

/// <summary>
/// An account and its users. Changes of one user exclude each other; changes of different users do not, and readers wait for
/// nobody. Only adding and removing users of an account take turns.
/// </summary>
internal sealed class AccountState(AccountSettings settings)
{
    private const int MinRemovedToCompact = 1024;

    private readonly ConcurrentDictionary<string, UserSlot> slots = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> idsByEmail = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock rosterGate = new();
    private AccountSettings settings = settings;

    // Slots in the order of their numbers. Below the count the array never changes, so a page is read without the lock.
    private UserSlot[] roster = [];
    private int rosterCount;
    private int removedFromRoster;
    private long lastNumber;
    private long lastGeneratedId;

    public RateMeter Meter { get; } = new();

    public RateMeter ProviderMeter { get; } = new();

    public AccountSettings Settings
    {
        get => Volatile.Read(ref settings);
        set => Volatile.Write(ref settings, value);
    }

    public int Count => slots.Count;

    public IEnumerable<SandboxUser> Users
    {
        get
        {
            var (all, count) = Roster();
            return all.Take(count).Select(slot => slot.User).OfType<SandboxUser>();
        }
    }

    public SandboxUser? Find(string id) => slots.GetValueOrDefault(id)?.User;

    /// <summary>Adds a user or replaces the one with the same id.</summary>
    public ChangeResult Put(SandboxUser user)
    {
        while (true)
        {
            if (!slots.TryGetValue(user.Id, out var slot))
            {
                lock (rosterGate)
                {
                    if (slots.ContainsKey(user.Id))
                        continue;
                    return Add(user) ? ChangeResult.Done : ChangeResult.EmailTaken;
                }
            }

            lock (slot.Gate)
            {
                if (slot.User is { } before)
                    return Replace(slot, before, user) ? ChangeResult.Done : ChangeResult.EmailTaken;
            }
        }
    }

    /// <summary>Adds a user under an id of the provider's making.</summary>
    public (ChangeResult Result, SandboxUser User) Create(UserPatch patch, ProviderShape provider, DateTimeOffset now)
    {
        lock (rosterGate)
        {
            string id;
            do
                id = provider.NewId(++lastGeneratedId);
            while (slots.ContainsKey(id));

            var user = patch.Apply(new SandboxUser(id) { CreatedAt = now, UpdatedAt = now }, provider.DerivesName);
            return (Add(user) ? ChangeResult.Done : ChangeResult.EmailTaken, user);
        }
    }

    public ChangeResult Update(string id, UserPatch patch, ProviderShape provider, DateTimeOffset now, out SandboxUser? after)
    {
        after = null;
        if (!slots.TryGetValue(id, out var slot))
            return ChangeResult.NotFound;
        lock (slot.Gate)
        {
            if (slot.User is not { } before)
                return ChangeResult.NotFound;
            after = patch.Apply(before, provider.DerivesName) with
            {
                UpdatedAt = now > before.UpdatedAt ? now : before.UpdatedAt,
                Revision = before.Revision + 1,
            };
            return Replace(slot, before, after) ? ChangeResult.Done : ChangeResult.EmailTaken;
        }
    }

    public bool Remove(string id)
    {
        if (!slots.TryGetValue(id, out var slot))
            return false;
        lock (slot.Gate)
        {
            if (slot.User is not { } before)
                return false;
            slot.User = null;
            slots.TryRemove(id, out _);
            ReleaseEmail(before);
        }

        lock (rosterGate)
        {
            removedFromRoster++;
            if (removedFromRoster >= MinRemovedToCompact && removedFromRoster > rosterCount / 2)
                Compact();
        }

        return true;
    }

    /// <summary>Reads one page of users in the order in which they came in.</summary>
    /// <param name="after">The number of the last slot of the page before, or 0.</param>
    /// <param name="limit">How many users the page takes.</param>
    /// <param name="scan">How many slots are looked at.</param>
    /// <param name="filter">Which users belong to the list.</param>
    /// <returns>The users, and the number of the last slot that was looked at, or null at the end.</returns>
    public (List<SandboxUser> Users, long? Next) Page(long after, int limit, int scan, Func<SandboxUser, bool> filter)
    {
        var (all, count) = Roster();
        List<SandboxUser> page = [];
        var first = FirstAfter(all.AsSpan(0, count), after);
        var i = first;
        while (i < count && page.Count < limit && i - first < scan)
        {
            if (all[i++].User is { } user && filter(user))
                page.Add(user);
        }

        return (page, i < count ? all[i - 1].Number : null);
    }

    private static int FirstAfter(ReadOnlySpan<UserSlot> all, long number)
    {
        var (low, high) = (0, all.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (all[middle].Number <= number)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private (UserSlot[] All, int Count) Roster()
    {
        lock (rosterGate)
            return (roster, rosterCount);
    }

    private bool Add(SandboxUser user)
    {
        if (!ClaimEmail(user))
            return false;
        var slot = new UserSlot(++lastNumber) { User = user };
        if (rosterCount == roster.Length)
            Array.Resize(ref roster, Math.Max(16, rosterCount * 2));
        roster[rosterCount++] = slot;
        slots[user.Id] = slot;
        return true;
    }

    private bool Replace(UserSlot slot, SandboxUser before, SandboxUser after)
    {
        if (!ClaimEmail(after))
            return false;
        slot.User = after;
        if (!string.Equals(before.Email, after.Email, StringComparison.OrdinalIgnoreCase))
            ReleaseEmail(before);
        return true;
    }

    private bool ClaimEmail(SandboxUser user) =>
        user.Email is null || string.Equals(idsByEmail.GetOrAdd(user.Email, user.Id), user.Id, StringComparison.Ordinal);

    private void ReleaseEmail(SandboxUser user)
    {
        if (user.Email is not null)
            idsByEmail.TryRemove(new KeyValuePair<string, string>(user.Email, user.Id));
    }

    private void Compact()
    {
        roster = [.. roster.Take(rosterCount).Where(slot => slot.User is not null)];
        rosterCount = roster.Length;
        removedFromRoster = 0;
    }
}
