using Microsoft.Extensions.Options;

namespace UserSync.Processing;

/// <summary>Checks the limits at start, all of them at once.</summary>
internal sealed class LimitOptionsValidator : IValidateOptions<LimitOptions>
{
    private const int Most = 100_000;

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, LimitOptions options)
    {
        var errors = new ValidateOptionsResultBuilder();
        Check(errors, nameof(options.AccountRequests), options.AccountRequests, nameof(options.AccountWindow), options.AccountWindow);
        Check(errors, nameof(options.TokenRequests), options.TokenRequests, nameof(options.TokenWindow), options.TokenWindow);
        return errors.Build();
    }

    private static void Check(ValidateOptionsResultBuilder errors, string requestsName, int requests, string windowName, TimeSpan window)
    {
        if (requests is < 1 or > Most)
        {
            errors.AddError($"{LimitOptions.SectionName}:{requestsName} is {requests}; it can be from 1 to {Most}.");
        }

        if (window <= TimeSpan.Zero || window > TimeSpan.FromHours(1))
        {
            errors.AddError($"{LimitOptions.SectionName}:{windowName} is {window}; it can be up to 01:00:00.");
        }
    }
}
