namespace Truto.Sandbox.State;

/// <summary>A bearer token, of which only the hash is kept.</summary>
/// <param name="Hash">The token's SHA-256.</param>
/// <param name="Account">The account whose own token it is; <see langword="null"/> for an API token.</param>
internal sealed record KnownToken(byte[] Hash, string? Account)
{
    public RateMeter Meter { get; } = new();
}
