namespace UserSync.Tests.Support;

/// <summary>A request as it was sent.</summary>
internal sealed record Sent(string Method, Uri Address, string? Token, string? Body)
{
    internal IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
}
