namespace Truto.Tests.Support;

/// <summary>A request as it was sent.</summary>
internal sealed record Sent(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string? Body);
