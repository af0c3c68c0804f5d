using Microsoft.Extensions.Options;

namespace UserSync.Receiving;

/// <summary>Checks the bounds at start, all of them at once.</summary>
internal sealed class ReceivingOptionsValidator : IValidateOptions<ReceivingOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ReceivingOptions options)
    {
        var errors = new ValidateOptionsResultBuilder();
        Between(errors, nameof(options.MaxBodyBytes), options.MaxBodyBytes, 1024, 100 * 1024 * 1024);
        Between(errors, nameof(options.MaxDepth), options.MaxDepth, 4, 256);
        Between(errors, nameof(options.MaxEvents), options.MaxEvents, 1, 100_000);
        if (options.PublicUrl is { } url && (!url.IsAbsoluteUri || url.Scheme is not ("https" or "http") || url.Query.Length > 0 || url.Fragment.Length > 0))
        {
            errors.AddError($"{ReceivingOptions.SectionName}:{nameof(options.PublicUrl)} is not an address without a query, such as https://hooks.example.com.");
        }

        return errors.Build();
    }

    private static void Between(ValidateOptionsResultBuilder errors, string name, int value, int least, int most)
    {
        if (value < least || value > most)
        {
            errors.AddError($"{ReceivingOptions.SectionName}:{name} is {value}; it can be from {least} to {most}.");
        }
    }
}
