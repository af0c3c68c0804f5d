using System.Collections.Concurrent;
using Microsoft.IdentityModel.Tokens;
using UserSync.Secrets;

namespace UserSync.Receiving.Verification;

/// <summary>
/// Reads the public keys of senders from the addresses that the operator configured, never from one that a delivery names. Keys are
/// kept for an hour; one that is not known yet is looked for at once, but not more often than every half minute.
/// </summary>
/// <param name="http">Makes the clients that reach those addresses.</param>
/// <param name="time">The clock.</param>
public sealed class JwksClient(IHttpClientFactory http, TimeProvider time)
{
    /// <summary>The name under which the HTTP client is configured.</summary>
    public const string HttpClientName = "jwks";

    private const int MaxBytes = 256 * 1024;

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Uri, Entry> entries = new();

    /// <summary>The keys of a sender.</summary>
    /// <param name="address">The address of its JWKS document.</param>
    /// <param name="keyId">The key that is looked for, where the token names one.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="SecretStoreException">The keys cannot be read and none are known, so nobody knows.</exception>
    internal async ValueTask<IReadOnlyList<SecurityKey>> GetAsync(Uri address, string? keyId, CancellationToken cancellationToken)
    {
        var entry = entries.GetOrAdd(address, _ => new Entry());
        if (IsGood(entry, keyId) && entry.Keys.Count > 0)
        {
            return entry.Keys;
        }

        await entry.Gate.WaitAsync(cancellationToken);
        try
        {
            if (!IsGood(entry, keyId))
            {
                await RefreshAsync(entry, address);
            }

            // Keys that were good an hour ago are better than none; without any, the sender has to come again.
            return entry.Keys.Count > 0 ? entry.Keys : throw new SecretStoreException(address.Host);
        }
        finally
        {
            entry.Gate.Release();
        }
    }

    private bool IsGood(Entry entry, string? keyId)
    {
        var age = time.GetUtcNow() - entry.AskedAt;
        return age < ShortestInterval || (age < Lifetime && (string.IsNullOrEmpty(keyId) || entry.Keys.Any(key => key.KeyId == keyId)));
    }

    /// <summary>Asks for the keys. Who hangs up meanwhile does not end it: others wait for the same answer, and it takes seconds at most.</summary>
    private async Task RefreshAsync(Entry entry, Uri address)
    {
        using var client = http.CreateClient(HttpClientName);
        client.MaxResponseContentBufferSize = MaxBytes;
        client.Timeout = Timeout;
        try
        {
            entry.Keys = [.. new JsonWebKeySet(await client.GetStringAsync(address, CancellationToken.None)).GetSigningKeys()];
        }
        catch (Exception exception) when (exception is HttpRequestException or ArgumentException or OperationCanceledException)
        {
            // The keys stay as they are until the next attempt.
        }
        finally
        {
            // Not before there is an answer: until then, whoever looks for the same new key has to wait for it.
            entry.AskedAt = time.GetUtcNow();
        }
    }

    private sealed class Entry
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public IReadOnlyList<SecurityKey> Keys { get; set; } = [];

        public DateTimeOffset AskedAt { get; set; } = DateTimeOffset.MinValue;
    }
}
