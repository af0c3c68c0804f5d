using System.Text;

namespace UserSync.Fetching;

/// <summary>Credentials that are a secret as it is, in a header.</summary>
internal sealed class HeaderAuthentication : FetchAuthentication
{
    /// <summary>No credentials.</summary>
    internal static readonly HeaderAuthentication None = new(null, "Authorization", string.Empty, isEncoded: false);

    private readonly string prefix;
    private readonly bool isEncoded;

    private HeaderAuthentication(string? secret, string header, string prefix, bool isEncoded)
        : base(secret)
    {
        Header = header;
        this.prefix = prefix;
        this.isEncoded = isEncoded;
    }

    /// <inheritdoc/>
    internal override string Header { get; }

    /// <summary>A bearer token (RFC 6750).</summary>
    internal static HeaderAuthentication Bearer(string secret) => new(secret, "Authorization", "Bearer ", isEncoded: false);

    /// <summary>HTTP Basic authentication (RFC 7617). The secret is <c>user:password</c>.</summary>
    internal static HeaderAuthentication Basic(string secret) => new(secret, "Authorization", "Basic ", isEncoded: true);

    /// <summary>A header of the vendor's own.</summary>
    internal static HeaderAuthentication Named(string secret, string header, string prefix) =>
        new(secret, header, prefix, isEncoded: false);

    /// <summary>The header's value.</summary>
    /// <param name="value">The secret's value.</param>
    internal string ValueOf(string value) => prefix + (isEncoded ? Convert.ToBase64String(Encoding.UTF8.GetBytes(value)) : value);
}
