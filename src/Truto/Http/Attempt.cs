using System.Buffers;
using Truto.Errors;

namespace Truto.Http;

/// <summary>What becomes of the response of one attempt.</summary>
internal static class Attempt
{
    private const int UsualLength = 1024;

    /// <summary>
    /// Returns a success, with its body in memory unless the call streams, and throws everything else as a
    /// <see cref="TrutoException"/>. The body is read here, inside the attempt, so that a body that hangs or breaks off counts as a
    /// failed attempt.
    /// </summary>
    public static async Task<HttpResponseMessage> JudgeAsync(
        LogicalCall call,
        HttpResponseMessage response,
        TrutoOptions options,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (call.Streams && response.IsSuccessStatusCode)
        {
            return response;
        }

        var judged = false;
        try
        {
            var body = await ReadAsync(response.Content, options.MaxResponseBytes, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw ErrorReader.Read(call, response, body, options.MaxJsonDepth, time.GetUtcNow());
            }

            if (body is not { } bytes)
            {
                throw Failure.Invalid(
                    call,
                    (int)response.StatusCode,
                    "Truto took the call, but the answer is larger than MaxResponseBytes; raise it, leave fields out, or use a stream.");
            }

            var unread = response.Content;
            response.Content = new ReadContent(bytes);
            unread.Dispose();
            judged = true;
            return response;
        }
        finally
        {
            if (!judged)
            {
                response.Dispose();
            }
        }
    }

    /// <summary>The whole body, or <see langword="null"/> where it is larger than the bound.</summary>
    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContent content, long bound, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > bound)
        {
            return null;
        }

        await using var stream = await content.ReadAsStreamAsync(cancellationToken);

        // One more than it says, to see that nothing follows.
        var body = new ArrayBufferWriter<byte>((int)(content.Headers.ContentLength + 1 ?? UsualLength));
        while (true)
        {
            var read = await stream.ReadAsync(body.GetMemory(), cancellationToken);
            if (read == 0)
            {
                return body.WrittenMemory;
            }

            body.Advance(read);
            if (body.WrittenCount > bound)
            {
                return null;
            }
        }
    }
}
