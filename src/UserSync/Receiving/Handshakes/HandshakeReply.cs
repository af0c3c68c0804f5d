namespace UserSync.Receiving.Handshakes;

/// <summary>What a handshake is answered with.</summary>
/// <param name="Status">The status.</param>
/// <param name="ContentType">The body's media type; <see langword="null"/> where there is no body.</param>
/// <param name="Body">The body.</param>
/// <param name="Headers">Further headers.</param>
public sealed record HandshakeReply(int Status, string? ContentType, ReadOnlyMemory<byte> Body, IReadOnlyDictionary<string, string> Headers);
