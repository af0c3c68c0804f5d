using System.Buffers.Text;
using System.Text;

namespace UserSync.Azure.Queue;

/// <summary>
/// The text of a message on the queue: base64, which any reader of storage queues understands. Other systems may also send plain JSON.
/// </summary>
internal static class MessageText
{
    /// <summary>The most bytes that a message can hold: 64 KiB of base64.</summary>
    internal const int MostBytes = 48 * 1024;

    /// <summary>Makes the text of a message.</summary>
    /// <param name="body">The message.</param>
    internal static string Encode(ReadOnlyMemory<byte> body) => Convert.ToBase64String(body.Span);

    /// <summary>Reads the text of a message, whoever wrote it. JSON begins with a brace, which base64 never does.</summary>
    /// <param name="text">The text.</param>
    internal static ReadOnlyMemory<byte> Decode(string text)
    {
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length) + 4];
        return Convert.TryFromBase64String(text, bytes, out var written) ? bytes.AsMemory(0, written) : Encoding.UTF8.GetBytes(text);
    }
}
