using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace UserSync.Console.Presentation;

/// <summary>
/// JSON as it may be shown: indented, cut where it is large, and masked: then texts and numbers are left out, and what remains is the
/// shape.
/// </summary>
public static class JsonView
{
    /// <summary>What stands for a value that is not shown.</summary>
    public const string Mask = "•••••";

    private const int MostNodes = 1000;
    private const int MostName = 100;

    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>A JSON value as it may be shown.</summary>
    /// <param name="value">The value.</param>
    /// <param name="isMasked">Whether to leave out texts and numbers.</param>
    public static string Of(JsonElement value, bool isMasked)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            var left = MostNodes;
            Write(writer, value, isMasked, ref left);
        }

        return SafeText.Visible(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    /// <summary>A JSON value on one line.</summary>
    /// <param name="text">The value, as compact JSON.</param>
    /// <param name="isMasked">Whether to leave out a text or a number.</param>
    public static string OneLine(string text, bool isMasked) =>
        !isMasked || text is "null" or "true" or "false" ? SafeText.Of(text) : Mask;

    private static void Write(Utf8JsonWriter writer, JsonElement value, bool isMasked, ref int left)
    {
        left--;
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                {
                    if (left <= 0)
                    {
                        writer.WriteString("…", "more is not shown");
                        break;
                    }

                    writer.WritePropertyName(SafeText.Cut(member.Name, MostName));
                    Write(writer, member.Value, isMasked, ref left);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    if (left <= 0)
                    {
                        writer.WriteStringValue("… more is not shown");
                        break;
                    }

                    Write(writer, item, isMasked, ref left);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String or JsonValueKind.Number when isMasked:
                writer.WriteStringValue(Mask);
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(SafeText.Cut(value.GetString()!, SafeText.Most));
                break;
            case JsonValueKind.Number:
                writer.WriteRawValue(SafeText.Cut(value.GetRawText(), MostName), skipInputValidation: true);
                break;
            case JsonValueKind.True or JsonValueKind.False:
                writer.WriteBooleanValue(value.GetBoolean());
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }
}
