using Microsoft.Extensions.Options;

namespace UserSync.Fetching;

/// <summary>Checks the bounds at start, all of them at once.</summary>
internal sealed class FetchingOptionsValidator : IValidateOptions<FetchingOptions>
{
    private const int RecordsInCache = 4;

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, FetchingOptions options)
    {
        var errors = new ValidateOptionsResultBuilder();

        // A message of the queue is hidden for half a minute longer than an update may take: so much is left for a fetch.
        Between(errors, nameof(options.Timeout), options.Timeout, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
        Between(errors, nameof(options.Interval), options.Interval, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Between(errors, nameof(options.CacheTime), options.CacheTime, TimeSpan.Zero, TimeSpan.FromHours(1));
        Between(errors, nameof(options.ClockDifference), options.ClockDifference, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Between(errors, nameof(options.MaxRecordBytes), options.MaxRecordBytes, 1024, 16 * 1024 * 1024);
        Between(errors, nameof(options.MaxDepth), options.MaxDepth, 4, 256);
        Require(
            errors, nameof(options.CacheTime), options.CacheTime >= options.Interval, $"must not be shorter than {nameof(options.Interval)}");
        var least = RecordsInCache * FetchedRecord.SizeOf(options.MaxRecordBytes);
        Require(
            errors,
            nameof(options.CacheBytes),
            options.CacheBytes >= least,
            $"is {options.CacheBytes}; it must be at least {least}, room for {RecordsInCache} of the largest records");
        return errors.Build();
    }

    private static void Between<T>(ValidateOptionsResultBuilder errors, string name, T value, T least, T most)
        where T : IComparable<T> =>
        Require(errors, name, value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0, $"is {value}; it can be from {least} to {most}");

    private static void Require(ValidateOptionsResultBuilder errors, string name, bool holds, string otherwise)
    {
        if (!holds)
        {
            errors.AddError($"{FetchingOptions.SectionName}:{name} {otherwise}.");
        }
    }
}
