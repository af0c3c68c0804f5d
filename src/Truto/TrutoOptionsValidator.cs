using Microsoft.Extensions.Options;

namespace Truto;

/// <summary>Refuses options that cannot work, with everything that is wrong at once.</summary>
internal sealed class TrutoOptionsValidator : IValidateOptions<TrutoOptions>
{
    public ValidateOptionsResult Validate(string? name, TrutoOptions options)
    {
        var errors = options.Errors().ToArray();
        return errors.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
