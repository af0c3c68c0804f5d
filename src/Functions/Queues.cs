namespace Functions;

/// <summary>The queues that functions take messages from.</summary>
internal static class Queues
{
    /// <summary>Change events on their way.</summary>
    internal const string Changes = "user-changes";

    /// <summary>Messages that the host gave up on; it makes the name of the other queue's.</summary>
    internal const string Poison = Changes + "-poison";

    /// <summary>The setting, or the prefix of the settings, that names the storage account with the queues: the host's own.</summary>
    internal const string Connection = "AzureWebJobsStorage";
}
