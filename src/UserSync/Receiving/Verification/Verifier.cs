using UserSync.Receiving.Bodies;
using UserSync.Secrets;

namespace UserSync.Receiving.Verification;

/// <summary>Checks whether a delivery comes from its source. Fails closed: what cannot be checked is not valid.</summary>
public abstract class Verifier
{
    /// <summary>The names of the secrets that are needed; none where the check needs no secret.</summary>
    public virtual IReadOnlyList<string> Secrets => [];

    /// <summary>Whether the check needs a secret and none is named: it could never succeed.</summary>
    public virtual bool LacksSecret => Secrets.Count == 0;

    /// <summary>Why the check proves less than a signature does; <see langword="null"/> where it does not.</summary>
    public virtual string? Weakness => null;

    /// <summary>Whether the check depends on the address that the sender calls.</summary>
    public virtual bool UsesUrl => false;

    /// <summary>Where the body itself carries a credential: it is taken out before the body becomes events.</summary>
    public virtual IReadOnlyList<BodyPath> BodyCredentials => [];

    /// <summary>Checks a delivery.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <param name="secrets">Where the secrets come from.</param>
    /// <param name="cancellationToken">Stops waiting for secrets and keys.</param>
    /// <exception cref="SecretStoreException">The secrets cannot be read, so nobody knows.</exception>
    public abstract ValueTask<VerificationResult> VerifyAsync(Delivery delivery, ISecretStore secrets, CancellationToken cancellationToken);
}
