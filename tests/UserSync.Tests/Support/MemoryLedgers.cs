using System.Text;
using UserSync.Ledger;

namespace UserSync.Tests.Support;

/// <summary>Ledgers in memory, in the form in which every store keeps them.</summary>
internal sealed class MemoryLedgers(Steps steps) : ILedgerStore
{
    private readonly Lock gate = new();
    private readonly Dictionary<UserKey, (byte[] Json, int Version)> rows = [];

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

    /// <summary>Breaks the compare-and-swap: every write succeeds.</summary>
    internal bool IgnoresVersions { get; init; }

    /// <summary>Breaks the lease: nobody ever sees one.</summary>
    internal bool ForgetsLeases { get; init; }

    /// <summary>A user's ledger; the empty one where nothing is known.</summary>
    internal UserLedger Of(string userId, string account = TestSource.Account) =>
        All.Where(row => row.Key == new UserKey(account, userId)).Select(row => row.Value).FirstOrDefault(UserLedger.Empty);

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
        lock (gate)
        {
            if (!rows.TryGetValue(user, out row))
            {
                return LedgerRow.None;
            }
        }

        var ledger = LedgerJson.Read(row.Json);
        return new LedgerRow(ForgetsLeases ? ledger with { Lease = null } : ledger, $"{row.Version}");
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
}
