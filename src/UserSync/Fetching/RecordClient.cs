using System.Net;
using System.Net.Http.Headers;
using UserSync.Expressions;
using UserSync.Receiving.Bodies;
using UserSync.Secrets;

namespace UserSync.Fetching;

/// <summary>Asks a source system for one record, and says what it answered. Expected failures are results.</summary>
/// <param name="http">Sends requests.</param>
/// <param name="secrets">Where the secrets are.</param>
/// <param name="tokens">Keeps access tokens.</param>
/// <param name="options">The bounds.</param>
/// <param name="time">The clock.</param>
internal sealed class RecordClient(FetchClients http, ISecretStore secrets, AccessTokens tokens, FetchingOptions options, TimeProvider time)
{
    // How long a source system is left alone where it does not say.
    private static readonly TimeSpan UsualPause = TimeSpan.FromSeconds(10);

    // Wrong credentials, sent again and again, get accounts and networks locked.
    private static readonly TimeSpan PauseOfRefused = TimeSpan.FromSeconds(30);

    /// <summary>Asks for a record.</summary>
    /// <param name="fetch">How.</param>
    /// <param name="address">Where.</param>
    /// <param name="known">What a known version is recognized by; <see langword="null"/> for none.</param>
    internal async Task<Reply> AskAsync(FetchRule fetch, Uri address, Validators? known)
    {
        // Others wait for the same answer: who goes away does not end it.
        using var deadline = new CancellationTokenSource(options.Timeout, time);
        try
        {
            var credential = await CredentialAsync(fetch, deadline.Token);
            var reply = await AskAsync(fetch, address, known, credential, deadline.Token);
            if (reply.Failure?.Cause != FetchFailure.Unauthorized || credential.Failure is not null)
            {
                return reply;
            }

            // The secret may just have been replaced, or the token withdrawn: once more with what is there now.
            Forget(fetch, credential);
            var current = await CredentialAsync(fetch, deadline.Token);
            return current == credential ? reply : await AskAsync(fetch, address, known, current, deadline.Token);
        }
        catch (SecretStoreException)
        {
            return new Reply { Failure = FetchFailure.NoSecretStore(), Pause = UsualPause };
        }
        catch (Exception exception) when (FetchClients.FailureOf(exception, deadline.Token) is { } failure)
        {
            return new Reply { Failure = failure };
        }
    }

    private async Task<Credential> CredentialAsync(FetchRule fetch, CancellationToken cancellationToken)
    {
        if (fetch.Authentication is TokenAuthentication authentication)
        {
            return await tokens.GetAsync(authentication, fetch.AllowsPrivateAddresses, cancellationToken);
        }

        var plain = (HeaderAuthentication)fetch.Authentication;
        if (plain.Secret is null)
        {
            return new Credential(null);
        }

        if (await secrets.GetAsync(plain.Secret, cancellationToken) is not [var secret, ..])
        {
            return new Credential(null, FetchFailure.NoSecret(plain.Secret));
        }

        var value = plain.ValueOf(secret);
        return RequestHeaders.IsValue(value)
            ? new Credential(value)
            : new Credential(null, FetchFailure.UnusableSecret(plain.Secret, "no header can hold it"));
    }

    private void Forget(FetchRule fetch, Credential credential)
    {
        if (fetch.Authentication is TokenAuthentication authentication)
        {
            tokens.Forget(authentication, credential);
        }
        else if (fetch.Authentication.Secret is { } secret)
        {
            secrets.Invalidate(secret);
        }
    }

    private async Task<Reply> AskAsync(FetchRule fetch, Uri address, Validators? known, Credential credential, CancellationToken deadline)
    {
        if (credential.Failure is { } failure)
        {
            return new Reply { Failure = failure, Pause = failure.RetryAfter ?? PauseOfRefused };
        }

        using var request = Request(fetch, address, known, credential);
        using var response = await http.SendAsync(request, fetch.AllowsPrivateAddresses, deadline);
        var status = (int)response.StatusCode;
        var retryAfter = RetryAfter.Read(response.Headers, time.GetUtcNow());
        return response.StatusCode switch
        {
            HttpStatusCode.NotModified when known is not null => new Reply { IsUnchanged = true },
            HttpStatusCode.NotFound or HttpStatusCode.Gone => new Reply { IsGone = true },
            HttpStatusCode.Unauthorized =>
                new Reply { Failure = FetchFailure.RefusedCredentials(fetch.Authentication.Secret), Pause = PauseOfRefused },
            HttpStatusCode.TooManyRequests =>
                new Reply { Failure = FetchFailure.RateLimited(retryAfter), Pause = retryAfter ?? UsualPause },
            HttpStatusCode.ServiceUnavailable => new Reply { Failure = FetchFailure.SourceFailed(status, retryAfter), Pause = retryAfter },

            // Google says so too where a quota is used up, so that it may pass.
            HttpStatusCode.Forbidden => new Reply { Failure = FetchFailure.Forbidden() },
            HttpStatusCode.RequestTimeout => new Reply { Failure = FetchFailure.TimedOut() },
            _ when response.IsSuccessStatusCode => await ReadAsync(response, deadline),
            _ when status >= 500 => new Reply { Failure = FetchFailure.SourceFailed(status, retryAfter) },
            _ when status < 400 => new Reply { Failure = FetchFailure.Redirected(status) },
            _ => new Reply { Failure = FetchFailure.Refused(status) },
        };
    }

    private static HttpRequestMessage Request(FetchRule fetch, Uri address, Validators? known, Credential credential)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        foreach (var (name, value) in fetch.RequestHeaders)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (!request.Headers.Contains("Accept"))
        {
            request.Headers.Accept.ParseAdd("application/json");
        }

        if (!request.Headers.Contains("User-Agent"))
        {
            request.Headers.UserAgent.ParseAdd("truto-user-sync");
        }

        if (credential.Value is { } authorization)
        {
            request.Headers.TryAddWithoutValidation(fetch.Authentication.Header, authorization);
        }

        if (fetch.RequestBody is { } body)
        {
            request.Method = HttpMethod.Post;
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }
        else
        {
            known?.ApplyTo(request.Headers);
        }

        return request;
    }

    private async Task<Reply> ReadAsync(HttpResponseMessage response, CancellationToken deadline)
    {
        if (await BoundedContent.ReadAsync(response.Content, options.MaxRecordBytes, deadline) is not { } body)
        {
            return new Reply { Failure = FetchFailure.TooLarge(options.MaxRecordBytes) };
        }

        using var content = JsonBytes.Parse(body, options.MaxDepth);
        return content.Problem is { } problem
            ? new Reply { Failure = FetchFailure.Unusable(problem) }
            : content.Root.HasValue()
                ? new Reply { Data = content.Root.Clone(), Size = body.Length, Validators = Validators.Read(response) }
                : new Reply { Failure = FetchFailure.Unusable("it is null") };
    }
}
