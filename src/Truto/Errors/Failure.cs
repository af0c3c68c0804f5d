using System.Globalization;
using Truto.Http;

namespace Truto.Errors;

/// <summary>The failures of which the client itself is the witness, not Truto.</summary>
internal static class Failure
{
    /// <summary>A deadline of the client's passed.</summary>
    public static TrutoException Timeout(LogicalCall call, string deadline, TimeSpan length) => Make(
        call,
        TrutoErrorCause.Timeout,
        status: null,
        string.Create(CultureInfo.InvariantCulture, $"There was no complete answer within {deadline} of {length.TotalSeconds} s."));

    /// <summary>There is no connection, or it broke.</summary>
    public static TrutoException Connection(LogicalCall call, Exception exception)
    {
        var error = exception switch
        {
            HttpRequestException request => request.HttpRequestError,
            HttpIOException read => read.HttpRequestError,
            _ => HttpRequestError.Unknown,
        };

        // These two quote the answer's header lines in their message, so that the exception is not handed on.
        return error is HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded
            ? Invalid(call, status: null, "The answer is not valid HTTP.")
            : Make(
                call,
                TrutoErrorCause.ConnectionFailed,
                status: null,
                error is HttpRequestError.Unknown
                    ? ErrorText.Advice(TrutoErrorCause.ConnectionFailed)
                    : $"Truto could not be reached, or the connection broke ({error}); check the network, and try again.",
                exception);
    }

    /// <summary>There is an answer, and it cannot be used.</summary>
    public static TrutoException Invalid(LogicalCall call, int? status, string advice) =>
        Make(call, TrutoErrorCause.InvalidResponse, status, advice);

    private static TrutoException Make(
        LogicalCall call, TrutoErrorCause cause, int? status, string advice, Exception? inner = null) =>
        new(cause, ErrorText.Compose(call, cause, status, advice), inner) { StatusCode = status, Attempts = call.Attempts };
}
