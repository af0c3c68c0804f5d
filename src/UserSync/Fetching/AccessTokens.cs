using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using UserSync.Expressions;
using UserSync.Outcomes;
using UserSync.Receiving.Bodies;
using UserSync.Secrets;

namespace UserSync.Fetching;

/// <summary>
/// Keeps the access tokens of source systems. A token is asked for once however many want it, renewed while it still serves, and
/// forgotten when the source system refuses it.
/// </summary>
/// <param name="http">Makes the clients that reach token addresses.</param>
/// <param name="secrets">Where the secrets are.</param>
/// <param name="options">The bounds.</param>
/// <param name="time">The clock.</param>
internal sealed class AccessTokens(FetchClients http, ISecretStore secrets, FetchingOptions options, TimeProvider time)
{
    private const int MaxBytes = 64 * 1024;
    private const int MaxDepth = 16;

    // Whoever is refused does not ask again at once: some lock the account.
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(10);

    // What a token without a lifetime is trusted for, and the longest that any is.
    private static readonly TimeSpan UsualLifetime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestLead = TimeSpan.FromMinutes(5);

    /// <summary>The reasons that RFC 6749, section 5.2, knows.</summary>
    private static readonly string[] Errors =
        ["invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope"];

    private readonly ConcurrentDictionary<TokenAuthentication, Entry> entries = new();

    /// <summary>The token, as the header that carries it.</summary>
    /// <param name="authentication">Whose token.</param>
    /// <param name="allowsPrivate">Whether the token address may be in a private network.</param>
    /// <param name="cancellationToken">Stops waiting; whoever else waits gets the token all the same.</param>
    internal async Task<Credential> GetAsync(TokenAuthentication authentication, bool allowsPrivate, CancellationToken cancellationToken)
    {
        var entry = entries.GetOrAdd(authentication, _ => new Entry());
        Task<Credential> flight;
        lock (entry.Gate)
        {
            var now = time.GetUtcNow();
            var token = entry.Token is { } kept && kept.ExpiresAt > now ? kept : null;
            if (token is not null && now < token.RenewFrom)
            {
                return CredentialOf(token);
            }

            if (entry.Failed is { } failed && now < entry.FailedAt + AfterFailure)
            {
                return token is null ? failed : CredentialOf(token);
            }

            flight = entry.Flight ??= RunAsync(entry, authentication, allowsPrivate);
            if (token is not null)
            {
                return CredentialOf(token);
            }
        }

        return await flight.WaitAsync(cancellationToken);
    }

    /// <summary>Forgets a token that the source system refused, unless it has been replaced meanwhile.</summary>
    /// <param name="authentication">Whose token.</param>
    /// <param name="credential">The token, as it was sent.</param>
    internal void Forget(TokenAuthentication authentication, Credential credential)
    {
        var entry = entries.GetOrAdd(authentication, _ => new Entry());
        lock (entry.Gate)
        {
            if (entry.Token is { } token && CredentialOf(token) == credential)
            {
                entry.Token = null;
            }
        }
    }

    private static Credential CredentialOf(AccessToken token) => new($"Bearer {token.Value}");

    private async Task<Credential> RunAsync(Entry entry, TokenAuthentication authentication, bool allowsPrivate)
    {
        // The caller holds the lock.
        await Task.Yield();
        Credential? credential = null;
        AccessToken? token = null;
        try
        {
            using var deadline = new CancellationTokenSource(options.Timeout, time);
            (token, var failure) = await AskAsync(authentication, allowsPrivate, deadline.Token);
            credential = token is null ? new Credential(null, failure) : CredentialOf(token);
            return credential;
        }
        finally
        {
            lock (entry.Gate)
            {
                entry.Flight = null;
                entry.Token = token ?? entry.Token;
                entry.Failed = token is null ? credential : null;
                entry.FailedAt = time.GetUtcNow();
            }
        }
    }

    private async Task<(AccessToken? Token, Failure? Failure)> AskAsync(
        TokenAuthentication authentication, bool allowsPrivate, CancellationToken deadline)
    {
        try
        {
            if (await secrets.GetAsync(authentication.Secret!, deadline) is not [var secret, ..])
            {
                return (null, FetchFailure.NoSecret(authentication.Secret!));
            }

            var answer = await TryAskAsync(authentication, secret, allowsPrivate, deadline);
            if (answer.Failure?.Cause != FetchFailure.Unauthorized)
            {
                return answer;
            }

            // The secret may just have been replaced: ask the store again, once.
            secrets.Invalidate(authentication.Secret!);
            return await secrets.GetAsync(authentication.Secret!, deadline) is [var current, ..] && current != secret
                ? await TryAskAsync(authentication, current, allowsPrivate, deadline)
                : answer;
        }
        catch (SecretStoreException)
        {
            return (null, FetchFailure.NoSecretStore());
        }
        catch (FormatException exception)
        {
            return (null, FetchFailure.UnusableSecret(authentication.Secret!, exception.Message));
        }
        catch (Exception exception) when (FetchClients.FailureOf(exception, deadline) is { } failure)
        {
            return (null, failure);
        }
    }

    private async Task<(AccessToken? Token, Failure? Failure)> TryAskAsync(
        TokenAuthentication authentication, string secret, bool allowsPrivate, CancellationToken deadline)
    {
        var now = time.GetUtcNow();
        using var request = authentication.Request(secret.Trim(), now);
        request.Headers.Accept.ParseAdd("application/json");
        using var response = await http.SendAsync(request, allowsPrivate, deadline);
        var status = (int)response.StatusCode;
        if (response.StatusCode == HttpStatusCode.TooManyRequests)
        {
            return (null, FetchFailure.RateLimited(RetryAfter.Read(response.Headers, now)));
        }

        if (status >= 500)
        {
            return (null, FetchFailure.SourceFailed(status, RetryAfter.Read(response.Headers, now)));
        }

        using var content = await BoundedContent.ReadAsync(response.Content, MaxBytes, deadline) is { } body
            ? JsonBytes.Parse(body, MaxDepth)
            : BodyContent.Malformed("it is too large");
        if (!response.IsSuccessStatusCode)
        {
            return (null, FetchFailure.NoToken(authentication.Secret, $"the token address answered {status}{ErrorIn(content.Root)}"));
        }

        return Read(content.Root, now) is { } token
            ? (token, null)
            : (null, FetchFailure.NoToken(authentication.Secret, "the token address answered without a usable one"));
    }

    private static AccessToken? Read(JsonElement answer, DateTimeOffset now)
    {
        if (Text(answer, "access_token") is not { Length: > 0 } token || !RequestHeaders.IsValue(token)
            || !"Bearer".Equals(Text(answer, "token_type") ?? "Bearer", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var lifetime = long.TryParse(Text(answer, "expires_in"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(Math.Min(seconds, (long)LongestLifetime.TotalSeconds))
            : UsualLifetime;
        var lead = lifetime / 5 < LongestLead ? lifetime / 5 : LongestLead;
        return new AccessToken(token, now + lifetime - lead, now + lifetime);
    }

    private static string ErrorIn(JsonElement answer) =>
        Array.Find(Errors, error => error == Text(answer, "error")) is { } known ? $" ({known})" : string.Empty;

    private static string? Text(JsonElement answer, string name) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(name, out var member) ? member.AsText() : null;

    private sealed class Entry
    {
        public Lock Gate { get; } = new();

        public AccessToken? Token { get; set; }

        public Task<Credential>? Flight { get; set; }

        public Credential? Failed { get; set; }

        public DateTimeOffset FailedAt { get; set; }
    }
}
