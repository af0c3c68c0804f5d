using Microsoft.Extensions.Options;

namespace UserSync.Azure.Secrets;

/// <summary>Checks the options at start, all of them at once. No message repeats a value that may be a secret.</summary>
internal sealed class KeyVaultOptionsValidator : IValidateOptions<KeyVaultOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, KeyVaultOptions options)
    {
        var errors = new ValidateOptionsResultBuilder();
        if (string.IsNullOrEmpty(options.Uri))
        {
            errors.AddError(
                $"{Setting(nameof(options.Uri))} is missing: set the address of the vault, such as https://example.vault.azure.net.");
        }
        else if (!IsVault(options.Uri))
        {
            errors.AddError(
                $"{Setting(nameof(options.Uri))} is not the https address of a vault, such as https://example.vault.azure.net.");
        }

        if (!string.IsNullOrEmpty(options.ManagedIdentityClientId) && !Guid.TryParse(options.ManagedIdentityClientId, out _))
        {
            errors.AddError($"{Setting(nameof(options.ManagedIdentityClientId))} is not the client id of an identity (a GUID).");
        }

        Between(errors, nameof(options.RefreshAfter), options.RefreshAfter, TimeSpan.FromSeconds(30), TimeSpan.FromHours(12));
        Between(errors, nameof(options.KeepFor), options.KeepFor, TimeSpan.FromMinutes(1), TimeSpan.FromDays(30));
        Between(errors, nameof(options.MissingFor), options.MissingFor, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        Between(errors, nameof(options.Overlap), options.Overlap, TimeSpan.Zero, TimeSpan.FromDays(90));
        Between(errors, nameof(options.CallTimeout), options.CallTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        if (options.KeepFor < 2 * options.RefreshAfter)
        {
            errors.AddError($"{Setting(nameof(options.KeepFor))} must be at least twice {nameof(options.RefreshAfter)}.");
        }

        return errors.Build();
    }

    private static void Between(ValidateOptionsResultBuilder errors, string name, TimeSpan value, TimeSpan least, TimeSpan most)
    {
        if (value < least || value > most)
        {
            errors.AddError($"{Setting(name)} is {value}; it can be from {least} to {most}.");
        }
    }

    /// <summary>Whether a text is an https address and nothing more: not that of a secret in the vault.</summary>
    private static bool IsVault(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address)
        && address.Scheme == Uri.UriSchemeHttps
        && address.AbsolutePath == "/"
        && (address.Query + address.Fragment + address.UserInfo).Length == 0;

    private static string Setting(string name) => $"{KeyVaultOptions.SectionName}:{name}";
}
