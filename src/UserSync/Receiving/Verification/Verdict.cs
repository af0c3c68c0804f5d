namespace UserSync.Receiving.Verification;

/// <summary>What checking a delivery came to. Senders are told none of it beyond yes or no.</summary>
public enum Verdict
{
    /// <summary>The delivery is genuine.</summary>
    Valid,

    /// <summary>It carries no signature, token or credential where the source puts one.</summary>
    MissingCredential,

    /// <summary>What it carries there cannot be read.</summary>
    MalformedCredential,

    /// <summary>What it carries there is wrong.</summary>
    Mismatch,

    /// <summary>It carries no time of signing, or one that cannot be read.</summary>
    MissingTimestamp,

    /// <summary>It was signed too long ago, or too far in the future.</summary>
    StaleTimestamp,

    /// <summary>The token names another issuer than the configured one.</summary>
    WrongIssuer,

    /// <summary>The token is meant for somebody else.</summary>
    WrongAudience,

    /// <summary>There is no secret to check it with: nothing is believed.</summary>
    NoSecret,
}
