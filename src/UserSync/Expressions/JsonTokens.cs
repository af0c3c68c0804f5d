using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Newtonsoft.Json.Linq;

namespace UserSync.Expressions;

/// <summary>
/// Carries values between System.Text.Json and the Json.NET tokens that JmesPath.Net works on, without touching them: texts that
/// look like dates stay texts, and integers of any length keep their digits.
/// </summary>
internal static class JsonTokens
{
    // No id has more digits; parsing an integer takes time that grows faster than its length.
    private const int LongestInteger = 256;

    internal static JToken FromElement(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => FromObject(element),
        JsonValueKind.Array => new JArray(element.EnumerateArray().Select(FromElement)),
        JsonValueKind.String => JValue.CreateString(element.GetString()),
        JsonValueKind.Number => FromNumber(element),
        JsonValueKind.True => new JValue(true),
        JsonValueKind.False => new JValue(false),
        _ => JValue.CreateNull(),
    };

    internal static JsonElement ToElement(JToken? token)
    {
        if (token is null or JValue { Value: null })
        {
            return default;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, token);
        }

        return JsonElement.Parse(buffer.WrittenSpan, JsonText.OwnJson);
    }

    private static JObject FromObject(JsonElement element)
    {
        var result = new JObject();
        foreach (var member in element.EnumerateObject())
        {
            result[member.Name] = FromElement(member.Value);
        }

        return result;
    }

    private static JValue FromNumber(JsonElement element)
    {
        if (element.TryGetInt64(out var whole))
        {
            return new JValue(whole);
        }

        var text = element.GetRawText();
        if (text.Length <= LongestInteger && text.AsSpan().IndexOfAny(".eE") < 0)
        {
            return new JValue(BigInteger.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
        }

        // A decimal keeps the digits as written (1.10 stays 1.10); what it cannot hold, or rounds away (1e-30), becomes a double.
        var approximate = element.GetDouble();
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact) && (double)exact == approximate
            ? new JValue(exact)
            : new JValue(approximate);
    }

    private static void Write(Utf8JsonWriter writer, JToken token)
    {
        switch (token)
        {
            case JObject members:
                writer.WriteStartObject();
                foreach (var (name, value) in members)
                {
                    writer.WritePropertyName(name);
                    Write(writer, value!);
                }

                writer.WriteEndObject();
                break;
            case JArray items:
                writer.WriteStartArray();
                foreach (var item in items)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case JValue value:
                WriteScalar(writer, value.Value);
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    private static void WriteScalar(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case double number when !double.IsFinite(number):
                writer.WriteNullValue();
                break;
            case IFormattable number:
                writer.WriteRawValue(number.ToString(null, CultureInfo.InvariantCulture), skipInputValidation: false);
                break;
            default:
                writer.WriteStringValue(value.ToString());
                break;
        }
    }
}
