using Microsoft.Extensions.Options;

namespace UserSync.Processing;

/// <summary>Checks the options at start.</summary>
internal sealed class ProcessingOptionsValidator : IValidateOptions<ProcessingOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ProcessingOptions options) =>
        options.WaitTimeout >= TimeSpan.FromSeconds(1) && options.WaitTimeout <= TimeSpan.FromMinutes(15)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"{ProcessingOptions.SectionName}:{nameof(options.WaitTimeout)} is {options.WaitTimeout}; it can be from 00:00:01 to 00:15:00.");
}
