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
    public static async ValueTask<HttpResponseMessage> JudgeAsync(
        LogicalCall call, HttpResponseMessage response, TrutoOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        if (call.Streams && response.IsSuccessStatusCode)
        {
            return response;
        }

        var judged = false;
        try
        {
            var unread = response.Content;
            var body = await ReadAsync(unread, options.MaxResponseBytes, cancellationToken);
            if (body is not null)
            {
                response.Content = body;
                unread.Dispose();
            }

            if (!response.IsSuccessStatusCode)
            {
                throw ErrorReader.Read(call, response, body?.Bytes, options.MaxJsonDepth, time.GetUtcNow());
            }

            judged = body is not null;
            return judged ? response : throw Failure.Invalid(
                call,
                (int)response.StatusCode,
                "Truto took the call, but the answer is larger than MaxResponseBytes; raise it, leave fields out, or use a stream.");
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
    private static async ValueTask<ReadContent?> ReadAsync(HttpContent content, long bound, CancellationToken cancellationToken)
    {
        var expected = content.Headers.ContentLength;
        if (expected > bound)
        {
            return null;
        }

        await using var stream = await content.ReadAsStreamAsync(cancellationToken);

        // One more than it says, to see that nothing follows. Where a read fails, the buffer does not go back to the pool: the stream
        // may still write to it.
        var buffer = ArrayPool<byte>.Shared.Rent((int)(expected + 1 ?? UsualLength));
        var length = 0;
        while (true)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
            {
                return new ReadContent(buffer, length);
            }

            length += read;
            if (length > bound)
            {
                ArrayPool<byte>.Shared.Return(buffer);
                return null;
            }

            if (length == buffer.Length)
            {
                var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(2L * length, bound + 1));
                buffer.CopyTo(larger, 0);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }
        }
    }
}
