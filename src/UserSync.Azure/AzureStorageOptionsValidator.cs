using System.Text.RegularExpressions;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Options;

namespace UserSync.Azure;

/// <summary>Checks the options at start, all of them at once. No message repeats a value that may be a secret.</summary>
internal sealed partial class AzureStorageOptionsValidator : IValidateOptions<AzureStorageOptions>
{
    private const int MaxQueueNameLength = 63;

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, AzureStorageOptions options)
    {
        var errors = new ValidateOptionsResultBuilder();
        var names = options.IsOfHost ? HostNames : OwnNames;
        CheckAccount(errors, options, names);
        if (options.HostProblem is not null)
        {
            errors.AddError(options.HostProblem);
        }

        if (!string.IsNullOrEmpty(options.ManagedIdentityClientId) && !Guid.TryParse(options.ManagedIdentityClientId, out _))
        {
            errors.AddError($"{names.ClientId} is not the client id of an identity (a GUID).");
        }

        CheckName(errors, nameof(options.QueueName), options.QueueName, MaxQueueNameLength - AzureStorageOptions.PoisonSuffix.Length);
        CheckName(errors, nameof(options.ContainerName), options.ContainerName, MaxQueueNameLength);
        CheckTables(errors, options);
        if (options.CallTimeout < TimeSpan.FromSeconds(1) || options.CallTimeout > TimeSpan.FromMinutes(5))
        {
            errors.AddError($"{Own(nameof(options.CallTimeout))} is {options.CallTimeout}; it can be from 00:00:01 to 00:05:00.");
        }

        return errors.Build();
    }

    private static readonly Names OwnNames = new(
        Own(nameof(AzureStorageOptions.ConnectionString)),
        Own(nameof(AzureStorageOptions.AccountName)),
        Own(nameof(AzureStorageOptions.QueueServiceUri)),
        Own(nameof(AzureStorageOptions.BlobServiceUri)),
        Own(nameof(AzureStorageOptions.TableServiceUri)),
        Own(nameof(AzureStorageOptions.ManagedIdentityClientId)));

    private static readonly Names HostNames = new(
        HostStorageSettings.SettingName,
        $"{HostStorageSettings.SettingName}:accountName",
        $"{HostStorageSettings.SettingName}:queueServiceUri",
        $"{HostStorageSettings.SettingName}:blobServiceUri",
        $"{HostStorageSettings.SettingName}:tableServiceUri",
        $"{HostStorageSettings.SettingName}:clientId");

    private static void CheckAccount(ValidateOptionsResultBuilder errors, AzureStorageOptions options, Names names)
    {
        if (!string.IsNullOrEmpty(options.ConnectionString))
        {
            CheckConnectionString(errors, options.ConnectionString, names.ConnectionString);
            if (options.NamesServices)
            {
                errors.AddError($"{names.ConnectionString} and {names.AccountName} or addresses of services exclude each other: keep one.");
            }
        }
        else if (!options.NamesServices)
        {
            errors.AddError(
                $"{AzureStorageOptions.SectionName} names no storage account: set ConnectionString, AccountName, or QueueServiceUri, "
                + $"BlobServiceUri and TableServiceUri; or set {HostStorageSettings.SettingName} as the Functions host has it.");
        }

        if (!options.NamesServices)
        {
            return;
        }

        if (!string.IsNullOrEmpty(options.AccountName) && !AccountName().IsMatch(options.AccountName))
        {
            errors.AddError($"{names.AccountName} is not the name of a storage account: 3 to 24 lower-case letters and digits.");
            return;
        }

        CheckAddress(errors, names.QueueServiceUri, options.AddressOf("queue", options.QueueServiceUri));
        CheckAddress(errors, names.BlobServiceUri, options.AddressOf("blob", options.BlobServiceUri));
        CheckAddress(errors, names.TableServiceUri, options.AddressOf("table", options.TableServiceUri));
    }

    private static void CheckConnectionString(ValidateOptionsResultBuilder errors, string value, string setting)
    {
        (string Service, Func<Uri?> Address)[] services =
        [
            ("queues", () => new QueueServiceClient(value).Uri),
            ("blobs", () => new BlobServiceClient(value).Uri),
            ("tables", () => new TableServiceClient(value).Uri),
        ];
        foreach (var (service, address) in services)
        {
            if (!NamesAccount(address))
            {
                errors.AddError($"{setting} is not a connection string that names an account for {service}.");
            }
        }
    }

    private static bool NamesAccount(Func<Uri?> address)
    {
        try
        {
            return address() is not null;
        }
        catch (Exception exception) when (
            exception is FormatException or ArgumentException or InvalidOperationException or NullReferenceException)
        {
            // Without an address for blobs, their client fails on the null itself.
            return false;
        }
    }

    /// <summary>A token must not travel in the clear, and a signature in the address would be a secret in the wrong place.</summary>
    private static void CheckAddress(ValidateOptionsResultBuilder errors, string setting, string? address)
    {
        if (address is null)
        {
            errors.AddError($"{setting} is missing: without an account name, each service needs its address.");
        }
        else if (!IsService(address))
        {
            errors.AddError($"{setting} is not the https address of a service, such as https://example.queue.core.windows.net.");
        }
    }

    /// <summary>Whether a text is an https address and nothing more. An emulator's, by number, ends with the name of the account.</summary>
    private static bool IsService(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address)
        && address.Scheme == Uri.UriSchemeHttps
        && (address.AbsolutePath == "/" || address.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6)
        && (address.Query + address.Fragment + address.UserInfo).Length == 0;

    private static void CheckName(ValidateOptionsResultBuilder errors, string setting, string value, int longest)
    {
        if (!ResourceName().IsMatch(value) || value.Length < 3 || value.Length > longest)
        {
            errors.AddError($"{Own(setting)} is not a name: 3 to {longest} lower-case letters, digits and single dashes between them.");
        }
    }

    private static void CheckTables(ValidateOptionsResultBuilder errors, AzureStorageOptions options)
    {
        (string Setting, string Value)[] tables =
        [
            (nameof(options.LedgerTable), options.LedgerTable),
            (nameof(options.OutcomeTable), options.OutcomeTable),
            (nameof(options.UpdateTable), options.UpdateTable),
            (nameof(options.DirectoryTable), options.DirectoryTable),
        ];
        foreach (var (setting, value) in tables)
        {
            if (!TableName().IsMatch(value) || value.Equals("tables", StringComparison.OrdinalIgnoreCase))
            {
                errors.AddError($"{Own(setting)} is not the name of a table: 3 to 63 letters and digits, the first a letter.");
            }
        }

        if (tables.DistinctBy(table => table.Value, StringComparer.OrdinalIgnoreCase).Count() < tables.Length)
        {
            errors.AddError(
                $"{Own(nameof(options.LedgerTable))}, {nameof(options.OutcomeTable)}, {nameof(options.UpdateTable)} and "
                + $"{nameof(options.DirectoryTable)} must be different tables.");
        }
    }

    private static string Own(string name) => $"{AzureStorageOptions.SectionName}:{name}";

    [GeneratedRegex(@"^[a-z0-9]{3,24}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AccountName();

    [GeneratedRegex(@"^[a-z0-9]+(-[a-z0-9]+)*\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ResourceName();

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9]{2,62}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TableName();

    /// <summary>How the settings are called where they were found.</summary>
    private sealed record Names(
        string ConnectionString,
        string AccountName,
        string QueueServiceUri,
        string BlobServiceUri,
        string TableServiceUri,
        string ClientId);
}
