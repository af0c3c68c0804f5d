namespace UserSync.Fetching;

/// <summary>An access token.</summary>
/// <param name="Value">The token.</param>
/// <param name="RenewFrom">From when on a new one is asked for, while this one still serves.</param>
/// <param name="ExpiresAt">Until when it serves.</param>
internal sealed record AccessToken(string Value, DateTimeOffset RenewFrom, DateTimeOffset ExpiresAt)
{
    /// <summary>The time; never the token.</summary>
    public override string ToString() => $"until {ExpiresAt:O}";
}
