using Azure;
using Azure.Identity;

namespace UserSync.Azure;

/// <summary>
/// The storage account did not do what it was asked. What the service answered is not repeated, because it can quote what was asked:
/// the message names the operation, the status and the service's error code, and the request id for Azure's support.
/// </summary>
public sealed class AzureStoreException : Exception
{
    private const string ErrorCodeHeader = "x-ms-error-code";

    private AzureStoreException(string message, int status, string? errorCode, Exception? inner)
        : base(message, inner)
    {
        Status = status;
        ErrorCode = errorCode;
    }

    /// <summary>The HTTP status; 0 where there was no answer.</summary>
    public int Status { get; }

    /// <summary>The service's error code, for example <c>ServerBusy</c>; <see langword="null"/> where there was none.</summary>
    public string? ErrorCode { get; }

    /// <summary>The exception for a call that failed.</summary>
    /// <param name="operation">What was to be done, as it goes on after "could not".</param>
    /// <param name="cause">What the client says.</param>
    internal static AzureStoreException Of(string operation, Exception cause) => Innermost(cause) switch
    {
        RequestFailedException { Status: > 0 } refused => Of(operation, refused),
        AuthenticationFailedException unknown => new(
            $"The storage account could not {operation}: there is no token for it. Check the identity and its roles.", 0, null, unknown),
        OperationCanceledException => new($"The storage account could not {operation}: it did not answer in time.", 0, null, null),
        HttpRequestException unreachable => new(
            $"The storage account could not {operation}: it cannot be reached ({unreachable.HttpRequestError}).", 0, null, null),
        var other => new($"The storage account could not {operation}: {other.GetType().Name}.", 0, null, null),
    };

    /// <summary>The exception for what others changed again and again.</summary>
    /// <param name="operation">What was to be done, as it goes on after "could not".</param>
    internal static AzureStoreException Contended(string operation) =>
        new($"The storage account could not {operation}: others changed it each time.", 412, null, null);

    /// <summary>The exception for content that is not where its row says.</summary>
    /// <param name="operation">What was to be done, as it goes on after "could not".</param>
    internal static AzureStoreException ContentGone(string operation) =>
        new($"The storage account could not {operation}: a part of it is gone from the container.", 404, null, null);

    private static AzureStoreException Of(string operation, RequestFailedException refused)
    {
        // The client takes the code from the body only. What stands between it and the service may have put another body there.
        var headers = refused.GetRawResponse()?.Headers;
        var code = refused.ErrorCode ?? (headers?.TryGetValue(ErrorCodeHeader, out var header) == true ? header : null);
        var reason = string.IsNullOrEmpty(code) ? $"{refused.Status}" : $"{refused.Status} {code}";
        var request = headers?.RequestId is { Length: > 0 and < 100 } id ? $" (request {id})" : string.Empty;
        return new($"The storage account could not {operation}: {reason}{request}.", refused.Status, code, null);
    }

    /// <summary>The last of the failures of a call that was repeated, and what is behind it where no answer came.</summary>
    private static Exception Innermost(Exception cause) => cause switch
    {
        AggregateException { InnerExceptions: [.., var last] } => Innermost(last),
        RequestFailedException { Status: 0, InnerException: { } inner } => Innermost(inner),
        _ => cause,
    };
}
