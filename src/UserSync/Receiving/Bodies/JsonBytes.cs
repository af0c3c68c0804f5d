using System.Text.Json;
using System.Text.Unicode;
using Truto.Http;

namespace UserSync.Receiving.Bodies;

/// <summary>Parses a sender's bytes as JSON so that nothing that is read from it later can fail.</summary>
internal static class JsonBytes
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    internal static ReadOnlyMemory<byte> WithoutByteOrderMark(ReadOnlyMemory<byte> bytes) =>
        bytes.Span.StartsWith(ByteOrderMark) ? bytes[ByteOrderMark.Length..] : bytes;

    /// <summary>Parses one JSON value.</summary>
    internal static BodyContent Parse(ReadOnlyMemory<byte> bytes, int maxDepth)
    {
        bytes = WithoutByteOrderMark(bytes);
        if (IsBlank(bytes.Span))
        {
            return BodyContent.Malformed("the body is empty");
        }

        if (!Utf8.IsValid(bytes.Span))
        {
            return BodyContent.Malformed("the body is not UTF-8 text");
        }

        try
        {
            return BodyContent.Of(JsonDocument.Parse(LoneSurrogates.Replace(bytes), new JsonDocumentOptions { MaxDepth = maxDepth }));
        }
        catch (JsonException exception)
        {
            return BodyContent.Malformed($"the body is not JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1})");
        }
    }

    // Nearly every body begins with something else, and to look at more than that costs more than it is worth.
    private static bool IsBlank(ReadOnlySpan<byte> bytes) => bytes.IsEmpty || (bytes[0] <= ' ' && bytes.IndexOfAnyExcept(" \t\r\n"u8) < 0);
}
