using System.Globalization;
using System.Text;

namespace Server.Tests.Fuzzing;

/// <summary>What nobody should send, and somebody does: made from a seed.</summary>
/// <param name="random">The source of all decisions.</param>
internal sealed class Wild(Random random)
{
    private static readonly string[] Numbers =
    [
        "0", "-0", "1", "-1", "0.1", "1.10", "1e5", "1E+5", "1e-5", "1e999", "-1e999", "1e-999", "9007199254740993", "9223372036854775808",
        "18446744073709551616", "79228162514264337593543950336", "1767225598", "1767225598123", "1767225598.5", "253402300800",
        "-62135596801",
        $"1{new string('0', 400)}", $"0.{new string('0', 400)}1", $"{new string('9', 300)}e{new string('9', 30)}",
    ];

    // As they stand between quotes in JSON.
    private static readonly string[] Texts =
    [
        "", " ", "a", "null", "true", "false", "0", "-1", "1767225598", "1e999", "NaN", "..", ".", "a/b", "%2F", "%", "%zz", "?x=1#y",
        "amelia.ortiz@example.com", "Amélia", "日本語", "\U0001F600", "\\u202Eabc", "\\ud800", "\\udc00", "\\ud83d\\ude00", "\\ud83dx",
        "\\u0000", "\\b\\f\\n\\r\\t", "\\\"", "\\\\", "\\/",
        "2025-12-31T23:59:58Z", "2025-12-31T23:59:58.3062901+14:00", "2025-13-45", "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59.9999999-14:00", "10:30", "20251231",
        "Thu, 01 Jan 2026 00:00:00 GMT", "{\\\"a\\\":{\\\"b\\\":[1,\\\"\\\\ud800\\\"]}}", "[[[[", "<script>alert(1)</script>",
        "' OR 1=1 --", "${jndi:ldap://x}", "updated", "user.updated", "active", "User",
        "/Users/1", "https://127.0.0.1:1/", "a|b\\\\c", "Ping test", "url_verification", "endpoint.url_validation",
        "-----BEGIN PUBLIC KEY-----",
    ];

    private static readonly string[] Names =
    [
        "", "a", "id", "type", "event", "events", "data", "user", "value", "payload", "object", "email", "name", "first_name",
        "last_name", "time", "timestamp", "created", "secretkey",
        "clientState", "resourceData", "target", "profile", "meta", "hook", "fields", "emails", "records", "employees", "__proto__",
        "$schema", "@", "@type", "#text", "a.b", "a[0]",
        "\\u0000", "\\ud800", "é", "日本", "Id", "ID", "iss", "jti", "toe", "iat", "sub_id", "uri",
    ];

    private static readonly string[] QueryNames =
        ["key", "access_token", "validationToken", "bodySHA256", "a", "", "a[b]", "%zz", "%FF", "+"];

    private static readonly string[] XmlDeclarations =
    [
        "", "", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<?xml version=\"1.1\"?>", "<?xml version=\"1.0\" encoding=\"utf-7\"?>",
        "<?xml version=\"1.0\" encoding=\"UTF-16\"?>", "<?xml version=\"1.0\" encoding=\"nonsense\"?>",
    ];

    private static readonly string[] XmlPrologs =
    [
        "", "", "", "<!DOCTYPE a>", "<!DOCTYPE a [<!ENTITY b \"c\">]>", "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]>",
        "<!-- c -->", "<?pi x?>",
    ];

    private static readonly string[] XmlNames =
        ["Envelope", "Body", "notifications", "Notification", "sObject", "Id", "OrganizationId", "a", "s:b", "é", "_1"];

    private static readonly string[] XmlAttributes =
    [
        "", "", " xmlns:s=\"urn:x\"", " a=\"1\"", " a=\"1\" a=\"2\"", " xmlns=\"\"",
        " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\"",
        " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"sf:User\"",
    ];

    private static readonly string[] XmlTexts =
        ["text", "&amp;", "&lt;", "&b;", "&#x0;", "&#xD800;", "&#128512;", "<![CDATA[x]]>", "<!-- -->", "  ", "\uFFFE", "日本"];

    public Random Random { get; } = random;

    public bool Chance(double share) => Random.NextDouble() < share;

    public T Pick<T>(IReadOnlyList<T> items) => items[Random.Next(items.Count)];

    public byte[] Bytes(int most)
    {
        var bytes = new byte[Random.Next(most + 1)];
        Random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>A text of any characters, also such as no header may hold.</summary>
    public string Text()
    {
        var text = new StringBuilder();
        for (var i = Random.Next(12); i > 0; i--)
        {
            text.Append(Random.Next(5) switch
            {
                0 => (char)Random.Next(0x20, 0x7F),
                1 => (char)Random.Next(0x20),
                2 => (char)Random.Next(0x80, 0x3000),
                3 => (char)Random.Next(0xD800, 0xE000),
                _ => 'x',
            });
        }

        return Chance(0.5) ? text.ToString() : Pick(Texts);
    }

    /// <summary>One JSON value, well-formed but for what it means.</summary>
    public string Json(int depth = 0)
    {
        var json = new StringBuilder();
        Append(json, depth);
        return json.ToString();
    }

    /// <summary>A whole body of JSON: mostly well-formed, at times not even text.</summary>
    public byte[] JsonBody()
    {
        var json = Random.Next(12) switch
        {
            0 => Nested(Random.Next(50, 70)),
            1 => Nested(Random.Next(1, 5000)),
            2 => $"[{string.Join(',', Enumerable.Repeat(Json(2), Random.Next(1, 40)))}]",
            3 => $"{{{string.Join(',', Enumerable.Range(0, Random.Next(1, 300)).Select(_ => $"\"{Pick(Names)}\":{Json(3)}"))}}}",
            4 => string.Join(Pick(["\n", "\r\n", " ", ""]), Enumerable.Range(0, Random.Next(1, 5)).Select(_ => Json(1))),
            _ => Json(),
        };
        var bytes = Encoding.UTF8.GetBytes(json);
        return Random.Next(10) switch
        {
            0 => Damage(bytes),
            1 => [0xEF, 0xBB, 0xBF, .. bytes],
            2 when Chance(0.3) => Encoding.Unicode.GetBytes(json),
            _ => bytes,
        };
    }

    /// <summary>Bytes with some of them changed, removed, added or repeated.</summary>
    public byte[] Damage(byte[] bytes)
    {
        var list = bytes.ToList();
        for (var i = Random.Next(1, 5); i > 0; i--)
        {
            var at = Random.Next(list.Count + 1);
            switch (Random.Next(4))
            {
                case 0 when at < list.Count:
                    list[at] ^= (byte)(1 << Random.Next(8));
                    break;
                case 1:
                    list.RemoveRange(at, Math.Min(Random.Next(8), list.Count - at));
                    break;
                case 2:
                    list.InsertRange(at, Bytes(6));
                    break;
                default:
                    list.InsertRange(at, list.GetRange(at, Math.Min(Random.Next(30), list.Count - at)));
                    break;
            }
        }

        return [.. list];
    }

    public byte[] Form()
    {
        var count = Chance(0.02) ? Random.Next(1000, 1100) : Random.Next(8);
        var pairs = Enumerable.Range(0, count).Select(_ => $"{FormKey()}{Pick(["=", "=", "=", ""])}{FormText()}");
        return Encoding.UTF8.GetBytes(string.Join(Pick(["&", "&", "&", ";", "&&"]), pairs));
    }

    public byte[] Xml()
    {
        var xml = new StringBuilder();
        xml.Append(Pick(XmlDeclarations)).Append(Pick(XmlPrologs));
        if (Chance(0.1))
        {
            var depth = Random.Next(1, 400);
            xml.Append(string.Concat(Enumerable.Repeat("<a>", depth))).Append(string.Concat(Enumerable.Repeat("</a>", depth)));
        }
        else
        {
            Element(xml, 0);
        }

        var bytes = Encoding.UTF8.GetBytes(xml.ToString());
        return Random.Next(20) switch
        {
            < 2 => Damage(bytes),
            2 => [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(xml.ToString())],
            _ => bytes,
        };
    }

    public string Query() => Random.Next(4) == 0
        ? string.Empty
        : "?" + string.Join('&', Enumerable.Range(0, Random.Next(6)).Select(_ => $"{Pick(QueryNames)}{Pick(["=", "=", ""])}{FormText()}"));

    private static string Nested(int depth) => $"{{\"id\":1,\"data\":{new string('[', depth)}{new string(']', depth)}}}";

    private void Append(StringBuilder json, int depth)
    {
        switch (Random.Next(depth > 5 ? 5 : 9))
        {
            case 0:
                json.Append(Pick(["null", "true", "false"]));
                break;
            case 1:
                json.Append(Chance(0.7) ? Pick(Numbers) : Random.NextInt64().ToString(CultureInfo.InvariantCulture));
                break;
            case < 5:
                json.Append('"').Append(Chance(0.01) ? new string('x', Random.Next(10_000)) : Pick(Texts)).Append('"');
                break;
            case < 7:
                json.Append('[');
                Join(json, Random.Next(5), () => Append(json, depth + 1));
                json.Append(']');
                break;
            default:
                json.Append('{');
                Join(json, Random.Next(6), () =>
                {
                    json.Append('"').Append(Pick(Names)).Append("\":");
                    Append(json, depth + 1);
                });
                json.Append('}');
                break;
        }
    }

    private void Join(StringBuilder json, int count, Action append)
    {
        for (var i = 0; i < count; i++)
        {
            json.Append(i > 0 ? Pick([",", ", ", ",\n\t"]) : string.Empty);
            append();
        }
    }

    private string FormKey()
    {
        var key = Pick(Names);
        for (var i = Chance(0.02) ? Random.Next(100) : Random.Next(3); i > 0; i--)
        {
            key += $"[{Pick(["", "id", "0", "a", "]", "["])}]";
        }

        return key;
    }

    private string FormText() => Chance(0.5)
        ? Uri.EscapeDataString(Pick(Texts))
        : Pick(["%", "%z", "%FF%FE", "%ED%A0%80", "+", "%00", "%2B", "\uFFFD", "a=b", Pick(Texts)]);

    private void Element(StringBuilder xml, int depth)
    {
        var name = Pick(XmlNames);
        xml.Append('<').Append(name).Append(Pick(XmlAttributes)).Append('>');
        for (var i = Random.Next(depth > 6 ? 1 : 4); i > 0; i--)
        {
            if (Chance(0.5))
            {
                Element(xml, depth + 1);
            }
            else
            {
                xml.Append(Pick(XmlTexts));
            }
        }

        xml.Append("</").Append(name).Append('>');
    }
}
