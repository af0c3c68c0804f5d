using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using UserSync.Secrets;

namespace UserSync.Receiving.Verification;

/// <summary>
/// Reads the public keys of senders from the addresses that the operator configured, never from one that a delivery names. Keys are
/// kept for an hour; one that is not known yet is looked for at once, but not more often than every half minute. While an address gives
/// none, those that it gave last serve on for a day: a key that was withdrawn must not be believed for ever.
/// </summary>
/// <param name="http">Makes the clients that reach those addresses.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
public sealed partial class JwksClient(IHttpClientFactory http, TimeProvider time, ILogger<JwksClient> logger)
{
    /// <summary>The name under which the HTTP client is configured.</summary>
    public const string HttpClientName = "jwks";

    private const int MaxBytes = 256 * 1024;

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromHours(24);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMinutes(5);
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
        var known = entry.Known;
        var isTrusted = IsTrusted(known);
        if (isTrusted && IsGood(known, keyId))
        {
            return known.Keys;
        }

        // Whose key is known need not wait for an address that may not answer, while another asks it.
        var patience = isTrusted && known.Has(keyId) ? TimeSpan.Zero : System.Threading.Timeout.InfiniteTimeSpan;
        if (!await entry.Gate.WaitAsync(patience, cancellationToken))
        {
            return known.Keys;
        }

        try
        {
            if (!IsGood(entry.Known, keyId))
            {
                entry.Known = await RefreshAsync(entry.Known, address);
            }

            // Keys that were good a while ago are better than none; without any, the sender has to come again.
            return IsTrusted(entry.Known) ? entry.Known.Keys : throw new SecretStoreException(address.Host);
        }
        finally
        {
            entry.Gate.Release();
        }
    }

    private bool IsGood(KnownKeys known, string? keyId)
    {
        var now = time.GetUtcNow();
        return now - known.AskedAt < ShortestInterval || (now < known.DueAt && known.Has(keyId));
    }

    private bool IsTrusted(KnownKeys known) => known.Keys.Count > 0 && time.GetUtcNow() - known.ReadAt < LongestLifetime;

    /// <summary>Asks for the keys. Who hangs up meanwhile does not end it: others wait for the same answer, and it takes seconds at most.</summary>
    private async Task<KnownKeys> RefreshAsync(KnownKeys known, Uri address)
    {
        var (keys, problem) = await AskAsync(address);

        // Not before there is an answer: until then, whoever looks for the same new key has to wait for it.
        var now = time.GetUtcNow();
        if (problem is null)
        {
            return new KnownKeys(keys, now, now, now + Lifetime);
        }

        if (IsTrusted(known))
        {
            Log.Kept(logger, address.Host, problem, known.ReadAt + LongestLifetime);
        }
        else
        {
            Log.Missing(logger, address.Host, problem);
        }

        return known with { AskedAt = now, DueAt = now + RetryInterval };
    }

    private async Task<(IReadOnlyList<SecurityKey> Keys, string? Problem)> AskAsync(Uri address)
    {
        using var client = http.CreateClient(HttpClientName);
        client.MaxResponseContentBufferSize = MaxBytes;
        client.Timeout = Timeout;
        try
        {
            // JSON is UTF-8, whatever the media type says of it: some name encodings that nobody knows.
            var document = await client.GetByteArrayAsync(address, CancellationToken.None);
            var text = document.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? document.AsSpan(Encoding.UTF8.Preamble.Length) : document;
            SecurityKey[] keys = [.. new JsonWebKeySet(Encoding.UTF8.GetString(text)).GetSigningKeys()];

            // A sender always has a key: what holds none is an error's text, whatever its status.
            return keys.Length > 0 ? (keys, null) : ([], "it answered without a key to check signatures with");
        }
        catch (HttpRequestException exception)
        {
            return ([], exception.StatusCode is HttpStatusCode status ? $"it answered {(int)status}" : $"{exception.HttpRequestError}");
        }
        catch (OperationCanceledException)
        {
            return ([], "it did not answer in time");
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidOperationException or JsonException)
        {
            return ([], "its answer is no JWKS document");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(111, LogLevel.Warning, "The public keys of {Host} could not be read: {Problem}. Known ones are believed until {Until:u}.")]
        public static partial void Kept(ILogger logger, string host, string problem, DateTimeOffset until);

        [LoggerMessage(112, LogLevel.Warning, "The public keys of {Host} could not be read: {Problem}. None is known, so nothing is believed.")]
        public static partial void Missing(ILogger logger, string host, string problem);
    }

    /// <summary>The keys of an address.</summary>
    /// <param name="Keys">The keys that it gave last.</param>
    /// <param name="ReadAt">When it gave them.</param>
    /// <param name="AskedAt">When it was asked last.</param>
    /// <param name="DueAt">When it is to be asked again although no key is missing.</param>
    private sealed record KnownKeys(IReadOnlyList<SecurityKey> Keys, DateTimeOffset ReadAt, DateTimeOffset AskedAt, DateTimeOffset DueAt)
    {
        public static readonly KnownKeys None = new([], DateTimeOffset.MinValue, DateTimeOffset.MinValue, DateTimeOffset.MinValue);

        /// <summary>Whether the key that a token names is among them; a token that names none may be checked with any.</summary>
        public bool Has(string? keyId)
        {
            for (var i = 0; i < Keys.Count; i++)
            {
                if (string.IsNullOrEmpty(keyId) || Keys[i].KeyId == keyId)
                {
                    return true;
                }
            }

            return false;
        }
    }

    private sealed class Entry
    {
        private volatile KnownKeys known = KnownKeys.None;

        public SemaphoreSlim Gate { get; } = new(1, 1);

        public KnownKeys Known
        {
            get => known;
            set => known = value;
        }
    }
}
