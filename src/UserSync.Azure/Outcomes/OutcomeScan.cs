using Azure.Data.Tables;
using UserSync.Azure.Storage;
using UserSync.Outcomes;

namespace UserSync.Azure.Outcomes;

/// <summary>
/// Reads outcomes in the order of time, the latest first. Each shard is in that order, so all of them are searched at once and merged as
/// far as every one of them is known.
/// <para>
/// A filter that fits few rows can make the service search long without finding one, and then nobody knows how far it has come. The next
/// rounds search shorter stretches of time, until they are past the end of the one that was too long; then longer ones again. A page ends
/// after a few rounds whatever was found, and the cursor keeps where this stands. The shortest stretch is searched to its end, however
/// many rows there are, so that every page gets on.
/// </para>
/// </summary>
/// <param name="table">The table.</param>
/// <param name="filter">Which outcomes.</param>
/// <param name="time">The clock.</param>
internal sealed class OutcomeScan(StorageResource<TableClient> table, OutcomeFilter filter, TimeProvider time)
{
    private const int MostRounds = 8;
    private const int MostPages = 3;
    private const int MostRowsOfPage = 1000;
    private const int LeastRows = 16;
    private const int Factor = 8;

    private static readonly TimeSpan OneHour = TimeSpan.FromHours(1);
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(10);
    private static readonly long LeastSpan = TimeSpan.TicksPerMillisecond;

    private readonly string conditions = string.Concat(
        Condition(OutcomeRow.StatusColumn, filter.Status is { } status ? Words.Of(status) : null),
        Condition(OutcomeRow.SourceColumn, filter.Source is { } source ? TableKey.Of(source) : null),
        Condition(OutcomeRow.UserColumn, filter.UserId is { } user ? TableKey.Of(user) : null));

    // After what was received at that time, and before what was a tick earlier: keys run backwards.
    private readonly string first = filter.Before is { } before ? TimeKey.Before(TimeKey.Left(before) + 1) : string.Empty;
    private readonly long end = filter.Since is { } since ? TimeKey.Left(since) : TimeKey.MostLeft;

    /// <summary>Reads a page.</summary>
    /// <param name="cursor">Where it begins.</param>
    /// <param name="most">How many rows at most.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The rows, and where the next page begins; <see langword="null"/> where there is none.</returns>
    internal async Task<(IReadOnlyList<TableEntity> Rows, OutcomeCursor? Next)> ReadAsync(
        OutcomeCursor cursor, int most, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var rows = new List<TableEntity>(most);
        var last = TimeKey.After(end);
        cursor = string.CompareOrdinal(cursor.Position, first) < 0 ? OutcomeCursor.Start with { Position = first } : cursor;
        for (var round = 0; round < MostRounds && rows.Count < most && time.GetElapsedTime(begun) < MostTime; round++)
        {
            if (string.CompareOrdinal(cursor.Position, last) >= 0)
            {
                return (rows, null);
            }

            var bound = Bound(cursor, last);
            var pages = cursor.Span <= LeastSpan ? int.MaxValue : MostPages;
            var shards = await Task.WhenAll(
                TimeKey.Shards.Select(shard => SearchAsync(shard, cursor.Position, bound, most, pages, cancellationToken)));
            var known = shards.Select(shard => shard.Known).Min(StringComparer.Ordinal)!;
            var found = shards.SelectMany(shard => shard.Rows)
                .Where(row => string.CompareOrdinal(row.RowKey, known) <= 0)
                .OrderBy(row => row.RowKey, StringComparer.Ordinal)
                .ToList();
            if (rows.Count + found.Count > most)
            {
                found.RemoveRange(most - rows.Count, rows.Count + found.Count - most);
                known = found[^1].RowKey;
            }

            rows.AddRange(found);
            cursor = Next(cursor, known, bound);
        }

        return (rows, string.CompareOrdinal(cursor.Position, last) >= 0 ? null : cursor);
    }

    private static string Condition(string column, string? value) => value is null ? string.Empty : $" and {column} eq '{value}'";

    /// <summary>How far this round searches.</summary>
    private static string Bound(OutcomeCursor cursor, string last)
    {
        var left = TimeKey.LeftOf(cursor.Position);
        return cursor.Span >= TimeKey.LeftOf(last) - left ? last : TimeKey.Before(left + cursor.Span);
    }

    /// <summary>Where it goes on.</summary>
    private OutcomeCursor Next(OutcomeCursor cursor, string known, string bound)
    {
        var (from, to) = (TimeKey.LeftOf(cursor.Position), TimeKey.LeftOf(bound));

        // Nothing is received in the future, give or take a clock. It is skipped in one stretch, and searching begins with the last hour.
        var horizon = TimeKey.Left(time.GetUtcNow() + OneHour);
        if (known == bound)
        {
            return Math.Abs(to - horizon) < OneHour.Ticks ? new OutcomeCursor(known, OneHour.Ticks, 0)
                : to < cursor.Wall ? cursor with { Position = known }
                : new OutcomeCursor(known, cursor.Span > long.MaxValue / Factor ? long.MaxValue : cursor.Span * Factor, 0);
        }

        if (known != cursor.Position)
        {
            // Where it came forward at all, it does so again.
            return cursor with { Position = known };
        }

        return from < horizon && horizon < to
            ? new OutcomeCursor(known, horizon - from, 0)
            : new OutcomeCursor(known, Math.Max(LeastSpan, (to - from) / Factor), to);
    }

    /// <summary>Searches one shard.</summary>
    /// <returns>What was found, and up to which row key that is everything.</returns>
    private async Task<(List<TableEntity> Rows, string Known)> SearchAsync(
        char shard, string from, string to, int most, int mostPages, CancellationToken cancellationToken)
    {
        var (first, last) = (TimeKey.PartitionAt(shard, TimeKey.LeftOf(from)), TimeKey.PartitionAt(shard, TimeKey.LeftOf(to)));
        var query = $"PartitionKey ge '{first}' and PartitionKey le '{last}' and RowKey gt '{from}' and RowKey lt '{to}'{conditions}";

        // The shards share a page about evenly.
        var enough = Math.Clamp(3 * most / TimeKey.Shards.Length, LeastRows, MostRowsOfPage);
        var rows = new List<TableEntity>();
        string? position = null;
        for (var pages = 0; pages < mostPages; pages++)
        {
            (var page, position) = await table.PageAsync("list outcomes", query, OutcomeRow.Columns, enough, position, cancellationToken);
            rows.AddRange(page);
            if (position is null)
            {
                return (rows, to);
            }

            if (rows.Count >= enough)
            {
                break;
            }
        }

        return (rows, rows.Count > 0 ? rows[^1].RowKey : from);
    }
}
