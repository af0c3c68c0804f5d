using UserSync.Azure.Storage;

namespace UserSync.Azure.Queue;

/// <summary>
/// The queue of messages that the Functions host gave up on. The host counts there too: one that has failed as often as it tries lies
/// there unseen until it expires. So what cannot be dealt with now is sent again, as a message that has never failed and never expires.
/// </summary>
public sealed class PoisonQueue
{
    private static readonly TimeSpan Delay = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan NeverExpire = TimeSpan.FromSeconds(-1);

    private readonly StorageAccount account;

    internal PoisonQueue(StorageAccount account) => this.account = account;

    /// <summary>Sends a message again, to be seen after a while. What it refers to stays where it is.</summary>
    /// <param name="text">The message as the host hands it over.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="AzureStoreException">The queue cannot be reached.</exception>
    public Task PutOffAsync(string text, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        return account.Poison.CallAsync(
            "take a message", (client, token) => client.SendMessageAsync(text, Delay, NeverExpire, token), cancellationToken);
    }
}
