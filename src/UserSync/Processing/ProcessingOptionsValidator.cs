using Microsoft.Extensions.Options;

namespace UserSync.Processing;

/// <summary>Checks the options at start, all of them at once.</summary>
internal sealed class ProcessingOptionsValidator : IValidateOptions<ProcessingOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ProcessingOptions options)
    {
        var errors = new ValidateOptionsResultBuilder();
        Between(errors, nameof(options.WaitTimeout), options.WaitTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(15));
        Between(errors, nameof(options.UpdateTimeout), options.UpdateTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        Between(errors, nameof(options.LeaseDuration), options.LeaseDuration, TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(10));
        Between(errors, nameof(options.FirstDelay), options.FirstDelay, TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1));
        Between(errors, nameof(options.MaxDelay), options.MaxDelay, TimeSpan.FromMilliseconds(10), TimeSpan.FromDays(1));
        Between(errors, nameof(options.StopTimeout), options.StopTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(5));
        Between(errors, nameof(options.Retention), options.Retention, TimeSpan.FromHours(1), TimeSpan.FromDays(3650));
        Require(errors, nameof(options.MaxAttempts), options.MaxAttempts is >= 1 and <= 100, "can be from 1 to 100");
        Require(errors, nameof(options.WaitAttempts), options.WaitAttempts is >= 1 and <= 10, "can be from 1 to 10");
        Require(errors, nameof(options.Workers), options.Workers is >= 0 and <= 1000, "can be from 0 to 1000");
        Require(errors, nameof(options.LeaseDuration), options.LeaseDuration > options.UpdateTimeout, $"must be longer than {nameof(options.UpdateTimeout)}");
        return errors.Build();
    }

    private static void Between(ValidateOptionsResultBuilder errors, string name, TimeSpan value, TimeSpan least, TimeSpan most) =>
        Require(errors, name, value >= least && value <= most, $"is {value}; it can be from {least} to {most}");

    private static void Require(ValidateOptionsResultBuilder errors, string name, bool holds, string otherwise)
    {
        if (!holds)
        {
            errors.AddError($"{ProcessingOptions.SectionName}:{name} {otherwise}.");
        }
    }
}
