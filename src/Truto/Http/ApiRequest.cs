namespace Truto.Http;

/// <summary>One request to the API, before it is bound to a token.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Address">The whole URL, encoded.</param>
/// <param name="Call">The caller's options.</param>
internal sealed record ApiRequest(Operation Operation, string Address, TrutoCall Call)
{
    /// <summary>The JSON body, or <see langword="null"/> for none.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>Whether a success is handed out unread.</summary>
    public bool Streams { get; init; }

    /// <summary>The record is never written out: address and body hold personal data, and the options a token.</summary>
    public override string ToString() => Operation.Name;
}
