namespace UserSync.Receiving.Handshakes;

/// <summary>Whether a sender signs its handshake as it signs its deliveries.</summary>
internal enum HandshakeSigning
{
    /// <summary>It does: the handshake is verified before it is answered.</summary>
    Always,

    /// <summary>It may: a credential that is there must be right.</summary>
    IfPresent,

    /// <summary>It does not, and cannot: the handshake is answered, and does nothing else.</summary>
    Never,
}
