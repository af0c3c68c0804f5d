namespace Truto.Http;

/// <summary>One request to the API, before it is bound to a server and a token.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Path">The route with its placeholders filled in and encoded.</param>
/// <param name="Call">The caller's options.</param>
internal sealed record ApiRequest(Operation Operation, string Path, TrutoCall Call)
{
    /// <summary>The query of the request itself and of the caller's options.</summary>
    public QueryString Query { get; init; } = new();

    /// <summary>The JSON body, or <see langword="null"/> for none.</summary>
    public byte[]? Body { get; init; }

    /// <summary>Whether a success is handed out unread.</summary>
    public bool Streams { get; init; }

    /// <summary>The record is never written out: path, query and body hold personal data, and the options a token.</summary>
    public override string ToString() => Operation.Name;
}
