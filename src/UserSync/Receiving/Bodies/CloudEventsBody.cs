using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace UserSync.Receiving.Bodies;

/// <summary>
/// CloudEvents 1.0 over HTTP in all three modes: batched and structured bodies are taken as they are, a binary one is put together
/// from its <c>ce-</c> headers and its body, so that the same expressions fit each of them.
/// </summary>
/// <param name="maxDepth">The deepest nesting.</param>
internal sealed class CloudEventsBody(int maxDepth) : IBodyFormat
{
    private const string AttributePrefix = "ce-";

    // The event's data is the body, and never a header.
    private const string DataHeader = "ce-data";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <inheritdoc/>
    public BodyContent Read(Delivery delivery)
    {
        // A sender that writes `application/json` and no ce- header means a structured event.
        var isBinary = !delivery.MediaType.StartsWith("application/cloudevents", StringComparison.Ordinal)
            && delivery.Headers.ContainsKey(AttributePrefix + "specversion");
        return isBinary ? Assemble(delivery) : JsonBytes.Parse(delivery.Body, maxDepth);
    }

    private BodyContent Assemble(Delivery delivery)
    {
        var buffer = new ArrayBufferWriter<byte>(delivery.Body.Length + 512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in delivery.Headers)
            {
                if (name.Length > AttributePrefix.Length && name.StartsWith(AttributePrefix, StringComparison.OrdinalIgnoreCase)
                    && !name.Equals(DataHeader, StringComparison.OrdinalIgnoreCase))
                {
                    if (!TryDecode(value.ToString(), out var attribute))
                    {
                        return BodyContent.Malformed("a ce- header is not percent-encoded UTF-8");
                    }

                    writer.WriteString(name[AttributePrefix.Length..].ToLowerInvariant(), attribute);
                }
            }

            if (!delivery.Body.IsEmpty)
            {
                writer.WritePropertyName("data");
                if (IsJson(delivery.MediaType))
                {
                    using var data = JsonBytes.Parse(delivery.Body, maxDepth);
                    if (data.Problem is not null)
                    {
                        return BodyContent.Malformed(data.Problem);
                    }

                    data.Root.WriteTo(writer);
                }
                else
                {
                    writer.WriteStringValue(Encoding.UTF8.GetString(delivery.Body.Span));
                }
            }

            writer.WriteEndObject();
        }

        return JsonBytes.Parse(buffer.WrittenMemory, maxDepth + 1);
    }

    private static bool IsJson(string mediaType) => mediaType is "" or "application/json" or "text/json" || mediaType.EndsWith("+json", StringComparison.Ordinal);

    /// <summary>One round of percent-decoding, as the HTTP binding asks.</summary>
    private static bool TryDecode(string value, out string decoded)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            var isEscape = bytes[i] == '%' && i + 2 < bytes.Length;
            if (isEscape && byte.TryParse(bytes.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var escaped))
            {
                bytes[length++] = escaped;
                i += 2;
            }
            else
            {
                bytes[length++] = bytes[i];
            }
        }

        try
        {
            decoded = Strict.GetString(bytes, 0, length);
            return true;
        }
        catch (DecoderFallbackException)
        {
            decoded = string.Empty;
            return false;
        }
    }
}
