using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using UserSync.Azure;
using UserSync.Azure.Queue;
using UserSync.Azure.Storage;
using UserSync.Ledger;
using UserSync.Outcomes;
using UserSync.Queue;

namespace Stores.Tests.Azure;

public sealed class OptionsTests
{
    private const string Key = "c2VjcmV0c2VjcmV0c2VjcmV0";
    private const string ConnectionString =
        $"DefaultEndpointsProtocol=https;AccountName=example;AccountKey={Key};EndpointSuffix=core.windows.net";

    private const string ExampleBlobs = "https://example.blob.core.windows.net";
    private const string ClientId = "7b0c1a52-6f0b-4f3e-9a55-2f8e3a1c0d11";
    private const string OtherClientId = "0b5e7a10-91c4-4a0f-8a61-5d0f5b8e2c22";

    [Fact]
    public void A_connection_string_alone_is_enough()
    {
        var (queues, blobs, tables) = Open(("AzureStorage:ConnectionString", ConnectionString));

        Assert.Equal("https://example.queue.core.windows.net/user-changes", queues.Uri.AbsoluteUri);
        Assert.Equal("https://example.blob.core.windows.net/user-changes", blobs.Uri.AbsoluteUri);
        Assert.Equal("https://example.table.core.windows.net/userledgers", tables.Uri.AbsoluteUri);
    }

    [Fact]
    public void A_name_alone_is_enough_with_an_identity()
    {
        var (queues, blobs, tables) = Open(("AzureStorage:AccountName", "example"));

        Assert.Equal("https://example.queue.core.windows.net/user-changes", queues.Uri.AbsoluteUri);
        Assert.Equal("https://example.blob.core.windows.net/user-changes", blobs.Uri.AbsoluteUri);
        Assert.Equal("https://example.table.core.windows.net/userledgers", tables.Uri.AbsoluteUri);
    }

    [Fact]
    public void Addresses_and_names_may_be_ones_own()
    {
        var (queues, blobs, tables) = Open(
            ("AzureStorage:QueueServiceUri", "https://q.example.com"),
            ("AzureStorage:BlobServiceUri", "https://b.example.com/"),
            ("AzureStorage:TableServiceUri", "https://t.example.com"),
            ("AzureStorage:QueueName", "changes"),
            ("AzureStorage:ContainerName", "content"),
            ("AzureStorage:LedgerTable", "L1x"));

        Assert.Equal("https://q.example.com/changes", queues.Uri.AbsoluteUri);
        Assert.Equal("https://b.example.com/content", blobs.Uri.AbsoluteUri);
        Assert.Equal("https://t.example.com/L1x", tables.Uri.AbsoluteUri);
    }

    [Theory]
    [InlineData("AzureWebJobsStorage", ConnectionString, null, null)]
    [InlineData("AzureWebJobsStorage:accountName", "example", null, null)]
    [InlineData("AzureWebJobsStorage:accountName", "example", "AzureWebJobsStorage:credential", "managedidentity")]
    [InlineData("AzureWebJobsStorage:accountName", "example", "AzureWebJobsStorage:blobServiceUri", ExampleBlobs)]
    public void Without_an_account_of_its_own_it_is_that_of_the_Functions_host(
        string name, string value, string? otherName, string? otherValue)
    {
        var (queues, blobs, tables) = Open((name, value), (otherName ?? "other", otherValue), ("AzureStorage:QueueName", "changes"));

        Assert.Equal("https://example.queue.core.windows.net/changes", queues.Uri.AbsoluteUri);
        Assert.Equal("https://example.blob.core.windows.net/user-changes", blobs.Uri.AbsoluteUri);
        Assert.Equal("https://example.table.core.windows.net/userledgers", tables.Uri.AbsoluteUri);
    }

    [Fact]
    public void The_settings_of_the_Functions_host_are_read_as_the_environment_has_them()
    {
        const string Prefix = "USERSYNC_TEST_";
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["AzureWebJobsStorage__queueServiceUri"] = "https://q.example.com",
            ["AzureWebJobsStorage__blobServiceUri"] = "https://b.example.com",
            ["AzureWebJobsStorage__tableServiceUri"] = "https://t.example.com",
            ["AzureWebJobsStorage__credential"] = "managedidentity",
            ["AzureWebJobsStorage__clientId"] = ClientId,
        };
        try
        {
            foreach (var (name, value) in settings)
            {
                Environment.SetEnvironmentVariable(Prefix + name, value);
            }

            var options = Read(new ConfigurationBuilder().AddEnvironmentVariables(Prefix).Build());

            Assert.Equal("https://t.example.com", options.TableServiceUri);
            Assert.Equal(ClientId, options.ManagedIdentityClientId);
            Assert.IsType<ManagedIdentityCredential>(AzureIdentity.Credential(options.ManagedIdentityClientId, options.IsInAzure));
        }
        finally
        {
            foreach (var name in settings.Keys)
            {
                Environment.SetEnvironmentVariable(Prefix + name, null);
            }
        }
    }

    [Fact]
    public void An_account_of_its_own_comes_before_that_of_the_Functions_host()
    {
        var (queues, _, _) = Open(("AzureStorage:AccountName", "own"), ("AzureWebJobsStorage", ConnectionString));

        Assert.Equal("https://own.queue.core.windows.net/user-changes", queues.Uri.AbsoluteUri);
    }

    [Theory]
    [InlineData("AzureStorage:AccountName", null, null, typeof(DefaultAzureCredential))]
    [InlineData("AzureStorage:AccountName", "IDENTITY_ENDPOINT", "http://127.0.0.1:1/", typeof(ManagedIdentityCredential))]
    [InlineData("AzureStorage:AccountName", "AzureStorage:ManagedIdentityClientId", ClientId, typeof(DefaultAzureCredential))]
    [InlineData("AzureWebJobsStorage:accountName", null, null, typeof(DefaultAzureCredential))]
    [InlineData("AzureWebJobsStorage:accountName", "IDENTITY_ENDPOINT", "http://127.0.0.1:1/", typeof(ManagedIdentityCredential))]
    [InlineData("AzureWebJobsStorage:accountName", "AzureWebJobsStorage:credential", "ManagedIdentity", typeof(ManagedIdentityCredential))]
    public void In_Azure_it_is_the_managed_identity_and_elsewhere_whatever_the_developer_has(
        string account, string? name, string? value, Type type)
    {
        var options = Read((account, "example"), (name ?? "other", value));

        Assert.IsType(type, AzureIdentity.Credential(options.ManagedIdentityClientId, options.IsInAzure));
    }

    [Theory]
    [InlineData("AzureStorage:AccountName", "AzureStorage:ManagedIdentityClientId", ClientId, ClientId)]
    [InlineData("AzureStorage:AccountName", "other", "x", OtherClientId)]
    [InlineData("AzureWebJobsStorage:accountName", "AzureWebJobsStorage:clientId", ClientId, ClientId)]
    [InlineData("AzureWebJobsStorage:accountName", "other", "x", OtherClientId)]
    [InlineData("AzureWebJobsStorage:accountName", "AzureWebJobsStorage:credential", "managedidentity", null)]
    public void Which_identity_it_is_follows_the_settings_and_otherwise_the_environment(
        string account, string name, string value, string? expected) =>
        Assert.Equal(expected, Read((account, "example"), (name, value), ("AZURE_CLIENT_ID", OtherClientId)).ManagedIdentityClientId);

    [Fact]
    public void The_stores_come_from_the_container_and_each_client_is_there_once()
    {
        using var services = Services(("AzureStorage:ConnectionString", ConnectionString));

        Assert.NotNull(services.GetRequiredService<IChangeQueue>());
        Assert.NotNull(services.GetRequiredService<ILedgerStore>());
        Assert.NotNull(services.GetRequiredService<IOutcomeStore>());
        Assert.NotNull(services.GetRequiredService<LargeMessages>());
        Assert.Same(services.GetRequiredService<StorageAccount>(), services.GetRequiredService<StorageAccount>());
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once()
    {
        var errors = Errors(
            ("AzureStorage:ConnectionString", $"nonsense {Key}"),
            ("AzureStorage:AccountName", "Not_A_Name"),
            ("AzureStorage:ManagedIdentityClientId", "secret"),
            ("AzureStorage:QueueName", "Changes"),
            ("AzureStorage:ContainerName", "a--b"),
            ("AzureStorage:LedgerTable", "user-ledgers"),
            ("AzureStorage:OutcomeTable", "same"),
            ("AzureStorage:UpdateTable", "SAME"),
            ("AzureStorage:CallTimeout", "00:10:00"));

        Assert.Equal(
            [
                "AzureStorage:ConnectionString is not a connection string that names an account for queues.",
                "AzureStorage:ConnectionString is not a connection string that names an account for blobs.",
                "AzureStorage:ConnectionString is not a connection string that names an account for tables.",
                "AzureStorage:ConnectionString and AzureStorage:AccountName or addresses of services exclude each other: keep one.",
                "AzureStorage:AccountName is not the name of a storage account: 3 to 24 lower-case letters and digits.",
                "AzureStorage:ManagedIdentityClientId is not the client id of an identity (a GUID).",
                "AzureStorage:QueueName is not a name: 3 to 56 lower-case letters, digits and single dashes between them.",
                "AzureStorage:ContainerName is not a name: 3 to 63 lower-case letters, digits and single dashes between them.",
                "AzureStorage:LedgerTable is not the name of a table: 3 to 63 letters and digits, the first a letter.",
                "AzureStorage:LedgerTable, OutcomeTable, UpdateTable and DirectoryTable must be different tables.",
                "AzureStorage:CallTimeout is 00:10:00; it can be from 00:00:01 to 00:05:00.",
            ],
            errors);
        Assert.DoesNotContain(
            errors, error => error.Contains(Key, StringComparison.Ordinal) || error.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public void No_account_at_all_is_said_with_what_to_do() => Assert.Equal(
        [
            "AzureStorage names no storage account: set ConnectionString, AccountName, or QueueServiceUri, BlobServiceUri and "
            + "TableServiceUri; or set AzureWebJobsStorage as the Functions host has it.",
        ],
        Errors());

    [Theory]
    [InlineData("AzureStorage:QueueServiceUri", "AzureStorage:BlobServiceUri", "AzureStorage:TableServiceUri")]
    [InlineData("AzureWebJobsStorage:blobServiceUri", "AzureWebJobsStorage:queueServiceUri", "AzureWebJobsStorage:tableServiceUri")]
    public void Every_address_that_is_missing_is_named(string setting, string first, string second)
    {
        var errors = Errors((setting, "https://x.example.com"));

        Assert.Equal(2, errors.Count);
        Assert.StartsWith($"{first} is missing: ", errors[0], StringComparison.Ordinal);
        Assert.StartsWith($"{second} is missing: ", errors[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://q.example.com")]
    [InlineData("q.example.com")]
    [InlineData("https://q.example.com/user-changes")]
    [InlineData("https://q.example.com/?sig=secret")]
    [InlineData("https://q.example.com/#secret")]
    [InlineData("https://user:secret@q.example.com/")]
    [InlineData("https://[secret")]
    public void An_address_that_is_not_safe_is_refused(string address)
    {
        foreach (var section in (string[])["AzureStorage", "AzureWebJobsStorage"])
        {
            var error = Assert.Single(Errors(($"{section}:AccountName", "example"), ($"{section}:QueueServiceUri", address)));

            Assert.Equal(
                $"{section}:QueueServiceUri is not the https address of a service, such as https://example.queue.core.windows.net.",
                error,
                ignoreCase: true);
        }
    }

    [Fact]
    public void The_emulator_is_an_account_too()
    {
        var (queues, _, _) = Open(("AzureWebJobsStorage", "UseDevelopmentStorage=true"));
        var (safe, _, _) = Open(
            ("AzureStorage:QueueServiceUri", "https://127.0.0.1:10001/devstoreaccount1"),
            ("AzureStorage:BlobServiceUri", "https://127.0.0.1:10000/devstoreaccount1"),
            ("AzureStorage:TableServiceUri", "https://127.0.0.1:10002/devstoreaccount1"));

        Assert.Equal("http://127.0.0.1:10001/devstoreaccount1/user-changes", queues.Uri.AbsoluteUri);
        Assert.Equal("https://127.0.0.1:10001/devstoreaccount1/user-changes", safe.Uri.AbsoluteUri);
    }

    [Fact]
    public void A_connection_string_that_lacks_a_service_is_refused() => Assert.Equal(
        [
            "AzureWebJobsStorage is not a connection string that names an account for queues.",
            "AzureWebJobsStorage is not a connection string that names an account for tables.",
        ],
        Errors(("AzureWebJobsStorage", "BlobEndpoint=https://b.example.com;SharedAccessSignature=sv=2020-08-04&sig=secret")));

    [Fact]
    public void A_credential_of_the_Functions_host_that_is_not_known_here_is_refused() => Assert.Equal(
        ["AzureWebJobsStorage:credential is not known here; it can be managedidentity."],
        Errors(("AzureWebJobsStorage:accountName", "example"), ("AzureWebJobsStorage:credential", "workload")));

    [Theory]
    [InlineData("ab")]
    [InlineData("-ab")]
    [InlineData("ab-")]
    [InlineData("a_b")]
    [InlineData("a12345678901234567890123456789012345678901234567890123456")]
    public void A_queue_whose_name_the_service_would_not_take_is_refused(string name) =>
        Assert.Single(Errors(("AzureStorage:AccountName", "example"), ("AzureStorage:QueueName", name)));

    [Theory]
    [InlineData("ab")]
    [InlineData("1ab")]
    [InlineData("tables")]
    [InlineData("a-b")]
    public void A_table_whose_name_the_service_would_not_take_is_refused(string name) =>
        Assert.Single(Errors(("AzureStorage:AccountName", "example"), ("AzureStorage:UpdateTable", name)));

    private static IConfiguration Configure((string Name, string? Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(
            settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value))).Build();

    private static ServiceProvider Services(params (string Name, string? Value)[] settings) =>
        new ServiceCollection().AddLogging().AddAzureStore(Configure(settings)).BuildServiceProvider();

    private static AzureStorageOptions Read(params (string Name, string? Value)[] settings) => Read(Configure(settings));

    private static AzureStorageOptions Read(IConfiguration configuration)
    {
        using var services = new ServiceCollection().AddAzureStore(configuration).BuildServiceProvider();
        return services.GetRequiredService<IOptions<AzureStorageOptions>>().Value;
    }

    private static List<string> Errors(params (string Name, string? Value)[] settings) =>
        [.. Assert.Throws<OptionsValidationException>(() => Read(settings)).Failures];

    /// <summary>The clients that the settings lead to.</summary>
    private static (QueueClient Queues, BlobContainerClient Blobs, TableClient Tables) Open(params (string Name, string? Value)[] settings)
    {
        using var services = Services(settings);
        var account = services.GetRequiredService<StorageAccount>();
        return (account.Queue.Client, account.Container.Client, account.Ledgers.Client);
    }
}
