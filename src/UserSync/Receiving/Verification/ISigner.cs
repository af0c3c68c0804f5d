namespace UserSync.Receiving.Verification;

/// <summary>
/// The sender's side of a scheme in which both sides share the secret: makes a delivery that the verifier believes, for samples and
/// for trying a source out.
/// </summary>
public interface ISigner
{
    /// <summary>Whether what is put into the delivery gives the secret away.</summary>
    bool RevealsSecret { get; }

    /// <summary>Puts into a delivery what the source would.</summary>
    /// <param name="draft">The delivery to be.</param>
    /// <param name="secret">The shared secret.</param>
    void Sign(DeliveryDraft draft, string secret);
}
