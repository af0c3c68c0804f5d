using System.Diagnostics;
using Truto.Errors;

namespace Truto.Http;

/// <summary>
/// The trace of a call, with the route template in place of the URL: the runtime's own traces of HTTP show the path, which holds the
/// id of a user.
/// </summary>
internal static class CallActivity
{
    private static readonly ActivitySource Source = new(TrutoClient.ActivitySourceName);

    public static Activity? Start(LogicalCall call, Uri server) => !Source.HasListeners()
        ? null
        : Source.StartActivity(call.Operation.Name, ActivityKind.Client)?
            .SetTag("http.request.method", call.Operation.Method.Method)
            .SetTag("url.template", call.Operation.Template)
            .SetTag("server.address", server.Host)
            .SetTag("server.port", server.Port);

    public static void Succeed(Activity? activity, LogicalCall call, HttpResponseMessage response) => activity?
        .SetTag("http.response.status_code", (int)response.StatusCode)
        .SetTag("http.request.resend_count", call.Attempts - 1);

    public static void Fail(Activity? activity, LogicalCall call, Exception exception)
    {
        var failure = exception as TrutoException;
        activity?
            .SetTag("http.response.status_code", failure?.StatusCode)
            .SetTag("http.request.resend_count", Math.Max(call.Attempts - 1, 0))
            .SetTag("error.type", failure?.Cause.ToString() ?? exception.GetType().FullName)
            .SetStatus(ActivityStatusCode.Error);
    }
}
