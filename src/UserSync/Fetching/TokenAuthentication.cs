namespace UserSync.Fetching;

/// <summary>Credentials that are an access token, which is asked for with a secret (OAuth 2.0, RFC 6749).</summary>
/// <param name="secret">The name of the secret.</param>
/// <param name="tokenUrl">Where tokens are asked for.</param>
internal abstract class TokenAuthentication(string secret, Uri tokenUrl) : FetchAuthentication(secret)
{
    /// <summary>Where tokens are asked for.</summary>
    internal Uri TokenUrl { get; } = tokenUrl;

    /// <summary>Makes the request for a token.</summary>
    /// <param name="value">The secret's value.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="FormatException">The value is not what it should be; the message does not quote it.</exception>
    internal abstract HttpRequestMessage Request(string value, DateTimeOffset now);

    private protected HttpRequestMessage Post(IEnumerable<KeyValuePair<string, string>> form) =>
        new(HttpMethod.Post, TokenUrl) { Content = new FormUrlEncodedContent(form) };
}
