using System.Buffers;
using System.Text.Json;

namespace UserSync.Receiving.Bodies;

/// <summary>
/// A body that holds JSON values one after the other, as log streams write them. Several values come out as an array; one value
/// comes out as it is, so that a sender may also write a JSON array or a single object.
/// </summary>
/// <param name="maxDepth">The deepest nesting.</param>
internal sealed class JsonLinesBody(int maxDepth) : IBodyFormat
{
    /// <inheritdoc/>
    public BodyContent Read(Delivery delivery)
    {
        try
        {
            return Join(JsonBytes.WithoutByteOrderMark(delivery.Body).Span) is { } joined
                ? JsonBytes.Parse(joined, maxDepth + 1)
                : JsonBytes.Parse(delivery.Body, maxDepth);
        }
        catch (JsonException)
        {
            return BodyContent.Malformed("the body is neither JSON nor JSON lines");
        }
    }

    /// <summary>All values as one array, or <see langword="null"/> where there are fewer than two.</summary>
    private byte[]? Join(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = maxDepth });
        var joined = new ArrayBufferWriter<byte>(body.Length + 2);
        var count = 0;
        while (reader.Read())
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            joined.Write(count++ == 0 ? "["u8 : ","u8);
            joined.Write(body[start..(int)reader.BytesConsumed]);
        }

        if (count < 2)
        {
            return null;
        }

        joined.Write("]"u8);
        return joined.WrittenSpan.ToArray();
    }
}
