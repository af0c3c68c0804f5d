namespace Truto.Http;

/// <summary>The request of a call. It carries the call to the handlers without the dictionary that the options of a request are.</summary>
/// <param name="call">The call.</param>
/// <param name="uri">The whole address.</param>
internal sealed class CallRequest(LogicalCall call, Uri uri) : HttpRequestMessage(call.Operation.Method, uri)
{
    public LogicalCall Call => call;

    /// <summary>Nothing of the address and the headers, because they hold personal data and the token.</summary>
    public override string ToString() => call.Operation.Name;
}
