namespace UserSync.Tests.Support;

/// <summary>A request as it came over the wire.</summary>
/// <param name="Method">The method.</param>
/// <param name="Target">The path and the query, with all escapes.</param>
/// <param name="Host">The host that was meant.</param>
/// <param name="Headers">The headers.</param>
/// <param name="Body">The body.</param>
internal sealed record ReceivedRequest(string Method, string Target, string Host, IReadOnlyDictionary<string, string> Headers, string Body);
