using Microsoft.Extensions.Options;

namespace UserSync.Directories;

/// <summary>Checks the options at start, all of them at once.</summary>
internal sealed class DirectoryOptionsValidator : IValidateOptions<DirectoryOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, DirectoryOptions options)
    {
        var errors = new ValidateOptionsResultBuilder();
        if (options.PageSize is < 1 or > 1000)
        {
            errors.AddError($"{DirectoryOptions.SectionName}:{nameof(options.PageSize)} can be from 1 to 1000.");
        }

        Between(errors, nameof(options.MissInterval), options.MissInterval, TimeSpan.Zero, TimeSpan.FromDays(1));
        Between(errors, nameof(options.ChangesInterval), options.ChangesInterval, TimeSpan.FromSeconds(10), TimeSpan.FromDays(30));
        Between(errors, nameof(options.FullInterval), options.FullInterval, TimeSpan.FromMinutes(1), TimeSpan.FromDays(30));
        Between(errors, nameof(options.SliceTime), options.SliceTime, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
        Between(errors, nameof(options.LeaseDuration), options.LeaseDuration, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(30));
        return errors.Build();
    }

    private static void Between(ValidateOptionsResultBuilder errors, string name, TimeSpan value, TimeSpan least, TimeSpan most)
    {
        if (value < least || value > most)
        {
            errors.AddError($"{DirectoryOptions.SectionName}:{name} is {value}; it can be from {least} to {most}.");
        }
    }
}
