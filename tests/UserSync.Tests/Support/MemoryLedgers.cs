using System.Text;
using UserSync.Ledger;

namespace UserSync.Tests.Support;

/// <summary>Ledgers in memory, in the form in which every store keeps them.</summary>
internal sealed class MemoryLedgers(Steps steps, TimeProvider time) : ILedgerStore
{
    private readonly Lock gate = new();
    private readonly Dictionary<UserKey, (byte[] Json, int Version)> rows = [];
    private readonly Dictionary<UserKey, Lease> apart = [];

    internal IReadOnlyList<KeyValuePair<UserKey, UserLedger>> All
    {
        get
        {
            lock (gate)
            {
                return [.. rows.Select(row => KeyValuePair.Create(row.Key, LedgerJson.Read(row.Value.Json)))];
            }
        }
    }

    /// <summary>Whether leases are kept apart from the ledgers, as in memory that processes share.</summary>
    internal bool KeepsLeasesApart { get; init; }

    /// <summary>Breaks the compare-and-swap: every write succeeds.</summary>
    internal bool IgnoresVersions { get; init; }

    /// <summary>Breaks the lease: nobody ever sees one.</summary>
    internal bool ForgetsLeases { get; init; }

    /// <summary>A user's ledger; the empty one where nothing is known.</summary>
    internal UserLedger Of(string userId, string account = TestSource.Account) =>
        All.Where(row => row.Key == new UserKey(account, userId)).Select(row => row.Value).FirstOrDefault(UserLedger.Empty);

    /// <summary>Who is updating a user.</summary>
    internal Lease? LeaseOf(string userId, string account = TestSource.Account)
    {
        lock (gate)
        {
            return apart.GetValueOrDefault(new UserKey(account, userId)) ?? Of(userId, account).Lease;
        }
    }

    /// <summary>Lets somebody else have a user, also where its lease has not ended.</summary>
    internal void Lend(string userId, Lease lease)
    {
        if (KeepsLeasesApart)
        {
            lock (gate)
            {
                var user = new UserKey(TestSource.Account, userId);
                if (apart.TryGetValue(user, out var former))
                {
                    Abandon(user, former);
                }

                apart[user] = lease;
            }
        }
        else
        {
            Change(userId, ledger => ledger with { Lease = lease });
        }
    }

    /// <summary>Ends the lease of whoever has a user.</summary>
    internal void Return(string userId)
    {
        lock (gate)
        {
            apart.Remove(new UserKey(TestSource.Account, userId));
        }

        Change(userId, ledger => ledger with { Lease = null });
    }

    /// <summary>Changes a user's ledger behind everybody's back.</summary>
    internal void Change(string userId, Func<UserLedger, UserLedger> change, string account = TestSource.Account)
    {
        var key = new UserKey(account, userId);
        lock (gate)
        {
            var row = rows.GetValueOrDefault(key);
            rows[key] = (LedgerJson.Write(change(row.Version == 0 ? UserLedger.Empty : LedgerJson.Read(row.Json))), row.Version + 1);
        }
    }

    public async ValueTask<LedgerRow> ReadAsync(UserKey user, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await steps.StepAsync();
        (byte[] Json, int Version) row;
        Lease? lease;
        lock (gate)
        {
            lease = apart.GetValueOrDefault(user);
            if (!rows.TryGetValue(user, out row))
            {
                return LedgerRow.None with { Lease = ForgetsLeases ? null : lease };
            }
        }

        var ledger = LedgerJson.Read(row.Json);
        return new LedgerRow(ForgetsLeases ? ledger with { Lease = null } : ledger, $"{row.Version}") { Lease = ForgetsLeases ? null : lease ?? ledger.Lease };
    }

    public async ValueTask<LedgerRow> ReadToUpdateAsync(UserKey user, Lease lease, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!KeepsLeasesApart || ForgetsLeases)
        {
            return await ReadAsync(user, cancellationToken);
        }

        while (true)
        {
            await steps.StepAsync();
            if (Take(user, lease) is not { } other)
            {
                var row = await ReadAsync(user, cancellationToken);
                if (row.Ledger.Lease is null || row.Ledger.Lease.Until <= time.GetUtcNow())
                {
                    return row;
                }

                Release(user, lease);
                return row with { Lease = row.Ledger.Lease };
            }

            if (other.Until > time.GetUtcNow())
            {
                var row = await ReadAsync(user, cancellationToken);
                if (row.Lease is null)
                {
                    // Free meanwhile: it has to be taken here, and not in the ledger.
                    continue;
                }

                return row;
            }

            // Whoever had the user may have sent something.
            await steps.StepAsync();
            Abandon(user, other);
        }
    }

    public void Release(UserKey user, Lease lease)
    {
        lock (gate)
        {
            if (apart.GetValueOrDefault(user)?.Owner == lease.Owner)
            {
                apart.Remove(user);
            }
        }
    }

    public async ValueTask<string?> TryWriteAsync(UserKey user, UserLedger ledger, string? version, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await steps.StepAsync();
        var json = LedgerJson.Write(ledger);
        int written;
        lock (gate)
        {
            var exists = rows.TryGetValue(user, out var row);
            if (!IgnoresVersions && (exists ? $"{row.Version}" : null) != version)
            {
                return null;
            }

            written = row.Version + 1;
            rows[user] = (json, written);
        }

        steps.Note($"write {user.UserId} {Encoding.UTF8.GetString(json)}");
        await steps.StepAsync();
        return $"{written}";
    }

    /// <summary>Takes a lease.</summary>
    /// <returns>Whose it is; <see langword="null"/> where it is taken.</returns>
    private Lease? Take(UserKey user, Lease lease)
    {
        lock (gate)
        {
            return apart.TryAdd(user, lease) ? null : apart[user];
        }
    }

    private void Abandon(UserKey user, Lease lease)
    {
        lock (gate)
        {
            if (!ReferenceEquals(apart.GetValueOrDefault(user), lease))
            {
                return;
            }

            var row = rows.GetValueOrDefault(user);
            var ledger = row.Version == 0 ? UserLedger.Empty : LedgerJson.Read(row.Json);
            rows[user] = (LedgerJson.Write(ledger.Doubt(ledger.Fields.Keys)), row.Version + 1);
            apart.Remove(user);
        }
    }
}
