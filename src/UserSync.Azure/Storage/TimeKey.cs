using System.Globalization;

namespace UserSync.Azure.Storage;

/// <summary>
/// The keys of a row that stands in the order of time, the latest first. A table is ordered by partition, then by row, so both begin
/// with the time that is left until the end of times.
/// <para>
/// The partition is a shard and an hour: <c>t7-07412345</c>. The shard comes first. With the hour first, everything that happens now
/// would go to one end of the table, which is one server. A partition takes 2,000 entities a second; at 2,000 events a second, each
/// written, read and written again, every one of the 16 shards has 375. The hour lets the service spread what is older.
/// </para>
/// </summary>
/// <param name="Partition">The partition key.</param>
/// <param name="Row">The row key: the time and the row's digest.</param>
internal readonly record struct TimeKey(string Partition, string Row)
{
    /// <summary>The shards: the first character of a digest says which.</summary>
    internal const string Shards = "0123456789abcdef";

    /// <summary>The time that is left at the beginning of times.</summary>
    internal static readonly long MostLeft = Left(DateTimeOffset.MinValue);

    private const char AfterDash = '.';
    private const int Digits = 19;

    /// <summary>The keys of a row.</summary>
    /// <param name="at">The row's time.</param>
    /// <param name="digest">The digest of what identifies the row.</param>
    internal static TimeKey Of(DateTimeOffset at, string digest) => Of(Left(at), digest);

    /// <summary>The keys of a row.</summary>
    /// <param name="left">The time that is left.</param>
    /// <param name="digest">The digest of what identifies the row.</param>
    internal static TimeKey Of(long left, string digest) => new(PartitionAt(digest[0], left), $"{Before(left)}-{digest}");

    /// <summary>The partition that a shard has at a time.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="left">The time that is left.</param>
    internal static string PartitionAt(char shard, long left) =>
        string.Create(CultureInfo.InvariantCulture, $"t{shard}-{left / TimeSpan.TicksPerHour:D8}");

    /// <summary>The time that is left.</summary>
    /// <param name="at">The time.</param>
    internal static long Left(DateTimeOffset at) => DateTime.MaxValue.Ticks - at.UtcTicks;

    /// <summary>What comes before every row of a time, and after every row of a later one.</summary>
    /// <param name="left">The time that is left.</param>
    internal static string Before(long left) => left.ToString("D19", CultureInfo.InvariantCulture);

    /// <summary>What comes after every row of a time, and before every row of an earlier one.</summary>
    /// <param name="left">The time that is left.</param>
    internal static string After(long left) => Before(left) + AfterDash;

    /// <summary>The filter for the rows of a shard that are earlier than a time.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="left">The time that is left.</param>
    internal static string EarlierThan(char shard, long left) =>
        $"PartitionKey ge '{PartitionAt(shard, left)}' and PartitionKey lt 't{shard}{AfterDash}' and RowKey gt '{After(left)}'";

    /// <summary>The time that is left, of a row or a bound; 0 for what comes before all of them.</summary>
    /// <param name="row">The row key.</param>
    internal static long LeftOf(string row) =>
        row.Length == 0 ? 0 : long.Parse(row.AsSpan(0, Digits), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>The digest of what identifies the row.</summary>
    /// <param name="row">The row key.</param>
    internal static string DigestOf(string row) => row[(Digits + 1)..];

    /// <summary>Whether a text is a row key, or a bound, or empty.</summary>
    /// <param name="text">The text.</param>
    internal static bool IsPosition(string text)
    {
        if (text.Length == 0)
        {
            return true;
        }

        return text.Length >= Digits
            && text.AsSpan(0, Digits).IndexOfAnyExceptInRange('0', '9') < 0
            && long.TryParse(text.AsSpan(0, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out var left)
            && left <= MostLeft
            && (text.Length == Digits || (text[Digits] == '-' && TableKey.IsOne(text.AsSpan(Digits + 1))));
    }
}
