namespace UserSync.Receiving.Verification;

/// <summary>What checking a delivery came to, and which secret it was checked with.</summary>
/// <param name="verdict">The verdict.</param>
/// <param name="secret">The secret that fits, where one did.</param>
public readonly struct VerificationResult(Verdict verdict, string? secret = null)
{
    /// <summary>The verdict.</summary>
    public Verdict Verdict { get; } = verdict;

    /// <summary>The secret that the delivery was signed with: during a rotation, an answer must be signed with the same.</summary>
    public string? Secret { get; } = secret;

    /// <summary>Whether the delivery is genuine.</summary>
    public bool IsValid => Verdict == Verdict.Valid;

    /// <inheritdoc/>
    public override string ToString() => Verdict.ToString();
}
