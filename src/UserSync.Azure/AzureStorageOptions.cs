namespace UserSync.Azure;

/// <summary>
/// Which storage account keeps the queue, the ledgers and the outcomes, and what they are called there. Where the section names no
/// account, the one of the Functions host is taken (<c>AzureWebJobsStorage</c>).
/// </summary>
public sealed class AzureStorageOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "AzureStorage";

    /// <summary>The account's connection string; <see langword="null"/> where the account is reached with an identity.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>The account's name, in the public cloud. Other clouds need the addresses of the services.</summary>
    public string? AccountName { get; set; }

    /// <summary>
    /// The https address of the queue service, where it does not follow from <see cref="AccountName"/>. A text, because what binds
    /// configuration repeats what is not an address, and what was pasted may end with a signature.
    /// </summary>
    public string? QueueServiceUri { get; set; }

    /// <summary>The https address of the blob service, where it does not follow from <see cref="AccountName"/>.</summary>
    public string? BlobServiceUri { get; set; }

    /// <summary>The https address of the table service, where it does not follow from <see cref="AccountName"/>.</summary>
    public string? TableServiceUri { get; set; }

    /// <summary>
    /// The client id of a user-assigned managed identity; <see langword="null"/> for the one that <c>AZURE_CLIENT_ID</c> names, or the
    /// system-assigned one.
    /// </summary>
    public string? ManagedIdentityClientId { get; set; }

    /// <summary>The queue. What the Functions host gives up on goes to <c>&lt;queue&gt;-poison</c>.</summary>
    public string QueueName { get; set; } = "user-changes";

    /// <summary>The container for what does not fit into a message or a row.</summary>
    public string ContainerName { get; set; } = "user-changes";

    /// <summary>The table of ledgers.</summary>
    public string LedgerTable { get; set; } = "userledgers";

    /// <summary>The table of outcomes.</summary>
    public string OutcomeTable { get; set; } = "useroutcomes";

    /// <summary>The table of updates.</summary>
    public string UpdateTable { get; set; } = "userupdates";

    /// <summary>The table of the accounts' directories.</summary>
    public string DirectoryTable { get; set; } = "userdirectories";

    /// <summary>
    /// How long one call to the account may take in all, its repetitions included. Senders of deliveries wait for it, and come again
    /// when it fails.
    /// </summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Whether the account is the Functions host's.</summary>
    internal bool IsOfHost { get; set; }

    /// <summary>Whether only a managed identity will do: no developer's sign-in is to be tried first.</summary>
    internal bool IsInAzure { get; set; }

    /// <summary>Whether an account is named that is reached with an identity.</summary>
    internal bool NamesServices =>
        !string.IsNullOrEmpty(AccountName)
        || !string.IsNullOrEmpty(QueueServiceUri)
        || !string.IsNullOrEmpty(BlobServiceUri)
        || !string.IsNullOrEmpty(TableServiceUri);

    /// <summary>What is wrong with the host's own settings.</summary>
    internal string? HostProblem { get; set; }

    /// <summary>The name of the queue of messages that the Functions host gave up on.</summary>
    internal string PoisonQueueName => QueueName + PoisonSuffix;

    /// <summary>What the Functions host adds to a queue's name.</summary>
    internal const string PoisonSuffix = "-poison";

    /// <summary>The address of a service, as text; <see langword="null"/> where nothing says it.</summary>
    /// <param name="service">The service: <c>queue</c>, <c>blob</c> or <c>table</c>.</param>
    /// <param name="given">The address as it is configured.</param>
    internal string? AddressOf(string service, string? given) =>
        !string.IsNullOrEmpty(given) ? given
        : !string.IsNullOrEmpty(AccountName) ? $"https://{AccountName}.{service}.core.windows.net/"
        : null;
}
