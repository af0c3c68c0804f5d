using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using UserSync.Configuration;
using UserSync.Expressions;
using UserSync.Receiving.Bodies;
using UserSync.Sources;

namespace UserSync.Previews;

/// <summary>The mapping tests of a folder of sources: those of <c>workos.json</c> are the files <c>workos.tests/*.json</c>.</summary>
public static class MappingTestFiles
{
    private const string Suffix = ".tests";
    private const string Expect = "expect";

    // What an operator reads and edits is not full of escapes.
    private static readonly JsonWriterOptions Style = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads the tests of a source, in the order of their names.</summary>
    /// <param name="folder">The folder of sources.</param>
    /// <param name="source">The source's name.</param>
    /// <param name="findings">Where everything goes that is wrong in them.</param>
    public static IReadOnlyList<MappingTest> Read(string folder, string source, Findings findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        var tests = Path.Combine(folder, source + Suffix);
        return Directory.Exists(tests)
            ? [.. Directory.EnumerateFiles(tests, "*.json").Order(StringComparer.Ordinal).Select(file => ReadFile(file, source, findings)).OfType<MappingTest>()]
            : [];
    }

    /// <summary>Writes what became of a test's delivery into its file as what is expected. All else in the file stays as it is.</summary>
    /// <param name="result">How the test went.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task AcceptAsync(MappingTestResult result, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(result);
        var file = result.Test.File;
        var text = await File.ReadAllBytesAsync(file, cancellationToken);
        await File.WriteAllBytesAsync(file, Replace(text, Text(result.Actual, indent: 1)), cancellationToken);
    }

    /// <summary>A new test's file.</summary>
    /// <param name="description">What the test is about.</param>
    /// <param name="headers">The delivery's headers.</param>
    /// <param name="delivery">The delivery's body: JSON, or a text.</param>
    /// <param name="record">What the source system answers; <see langword="null"/> for a source that fetches none.</param>
    /// <param name="expected">What becomes of it.</param>
    public static byte[] Create(string description, IReadOnlyDictionary<string, string> headers, JsonNode delivery, JsonNode? record, JsonNode expected)
    {
        ArgumentNullException.ThrowIfNull(headers);
        ArgumentNullException.ThrowIfNull(delivery);
        ArgumentNullException.ThrowIfNull(expected);
        var test = new JsonObject { ["description"] = description };
        if (headers.Count > 0)
        {
            test["headers"] = new JsonObject(headers.Select(header => KeyValuePair.Create(header.Key, (JsonNode?)header.Value)));
        }

        test["delivery"] = delivery.DeepClone();
        if (record is not null)
        {
            test["record"] = record.DeepClone();
        }

        test[Expect] = expected.DeepClone();
        return [.. Encoding.UTF8.GetBytes(Text(test, indent: 0)), (byte)'\n'];
    }

    private static MappingTest? ReadFile(string file, string source, Findings findings)
    {
        var name = Path.Combine(source + Suffix, Path.GetFileName(file));
        if (SourceFiles.Parse(file, name, findings) is not { } json)
        {
            return null;
        }

        var found = new Findings();
        var settings = Setting.Root(name, json, found);
        var test = settings.ExpectObject("$schema", "description", "headers", "delivery", "event", "record", "receivedAt", Expect)
            ? Read(file, source, settings)
            : null;
        findings.AddRange(found);
        return found.HasErrors ? null : test;
    }

    private static MappingTest Read(string file, string source, Setting settings)
    {
        var delivery = settings.Member("delivery");
        var change = settings.Member("event");
        if (delivery.IsPresent == change.IsPresent)
        {
            settings.Error(
                delivery.IsPresent ? "it holds a delivery and an event" : "it holds no delivery",
                "Write the body of a delivery as \"delivery\", or one event of it as \"event\"");
        }

        _ = settings.Member("description").Text("Write what the test is about");
        var receivedAt = settings.Member("receivedAt");
        var time = receivedAt.Text("Write a time such as 2026-01-01T00:00:00Z");
        var at = MappingTest.UsualReceipt;
        if (time is not null && !DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out at))
        {
            receivedAt.Error("it is not a time", "Write a time such as 2026-01-01T00:00:00Z");
        }

        return new MappingTest
        {
            File = file,
            Source = source,
            Body = BodyOf(delivery),
            Event = change.Value,
            Headers = Headers(settings.Member("headers")),
            Record = settings.Value.TryGetProperty("record", out var record) ? record : default,
            ReceivedAt = at,
            Expected = settings.Member(Expect).Value,
        };
    }

    private static ReadOnlyMemory<byte>? BodyOf(Setting delivery)
    {
        if (!delivery.IsPresent)
        {
            return null;
        }

        return Encoding.UTF8.GetBytes(delivery.IsText ? delivery.Value.GetString()! : delivery.Value.GetRawText());
    }

    private static Dictionary<string, string> Headers(Setting settings)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (settings.IsPresent && !settings.IsObject)
        {
            settings.Error($"{settings.Value.Describe()} stands where an object is expected", "Write { \"Name\": \"value\" }");
        }

        foreach (var (name, value) in settings.Members())
        {
            headers[name] = value.RequiredText("Write the header's value as a text") ?? string.Empty;
        }

        return headers;
    }

    /// <summary>Puts another value behind <c>"expect":</c>, or the whole member at the end of the object.</summary>
    private static byte[] Replace(byte[] file, string expected)
    {
        var start = file.Length - JsonBytes.WithoutByteOrderMark(file).Length;
        var reader = new Utf8JsonReader(file.AsSpan(start), new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        var last = 0;
        while (reader.Read())
        {
            if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(Expect))
            {
                reader.Read();
                var from = (int)reader.TokenStartIndex;
                reader.Skip();
                return [.. file.AsSpan(0, start + from), .. Encoding.UTF8.GetBytes(expected), .. file.AsSpan(start + (int)reader.BytesConsumed)];
            }

            last = reader.CurrentDepth == 0 && reader.TokenType == JsonTokenType.EndObject ? last : (int)reader.BytesConsumed;
        }

        // The member that was last ends where the new one begins; a comma that stands there already is kept.
        var rest = Encoding.UTF8.GetString(file.AsSpan(start + last)).TrimStart().StartsWith(',') ? string.Empty : ",";
        var end = rest.Length == 0 ? last + file.AsSpan(start + last).IndexOf((byte)',') + 1 : last;
        return [.. file.AsSpan(0, start + end), .. Encoding.UTF8.GetBytes($"{rest}\n  \"{Expect}\": {expected}"), .. file.AsSpan(start + end)];
    }

    private static string Text(JsonNode node, int indent)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Style))
        {
            node.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan).ReplaceLineEndings("\n" + new string(' ', 2 * indent));
    }
}
