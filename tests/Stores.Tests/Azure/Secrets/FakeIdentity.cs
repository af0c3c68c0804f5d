using System.Collections.Concurrent;
using Azure.Core;
using Azure.Identity;

namespace Stores.Tests.Azure.Secrets;

/// <summary>An identity that has a token for the vault, or none.</summary>
internal sealed class FakeIdentity : TokenCredential
{
    private readonly ConcurrentQueue<TokenRequestContext> requests = new();

    /// <summary>What tokens were asked for.</summary>
    public IReadOnlyList<TokenRequestContext> Requests => [.. requests];

    public bool IsKnown { get; set; } = true;

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        requests.Enqueue(requestContext);
        return IsKnown
            ? new AccessToken(FakeVault.Token, DateTimeOffset.MaxValue)
            : throw new CredentialUnavailableException("There is no identity.");
    }

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        ValueTask.FromResult(GetToken(requestContext, cancellationToken));
}
