using System.Text;
using System.Text.Json;
using CsCheck;
using UserSync.Queue;
using UserSync.Tests.Support;

namespace UserSync.Tests.Queue;

public sealed class ChangeMessageJsonTests
{
    private static readonly Gen<string> Text = Gen.String.Select(text => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)));
    private static readonly Gen<string?> MaybeText = Gen.OneOf(Text.Select(text => (string?)text), Gen.Const((string?)null));

    private static readonly Gen<DateTimeOffset?> MaybeTime = Gen.OneOf(
        Gen.Long[0, DateTimeOffset.MaxValue.UtcTicks].Select(ticks => (DateTimeOffset?)new DateTimeOffset(ticks, TimeSpan.Zero)),
        Gen.Int[-14, 14].Select(hours => (DateTimeOffset?)Now.Time.ToOffset(TimeSpan.FromHours(hours))),
        Gen.Const((DateTimeOffset?)null));

    private static readonly Gen<Dictionary<string, string>?> Headers = Gen.Select(Gen.OneOf("X-Name", "x-id", "é"), Text).Array[0, 3]
        .Select(pairs => pairs.Length == 0 ? null : pairs.DistinctBy(pair => pair.Item1).ToDictionary(pair => pair.Item1, pair => pair.Item2, StringComparer.OrdinalIgnoreCase));

    /// <summary>A good and some other values for each member.</summary>
    private static readonly (string Name, string[] Values)[] Members =
    [
        ("version", ["1", "1", "0", "2", "\"1\"", "null"]),
        ("source", ["\"workos\"", "\"workos\"", "\"workos\"", "\"\"", "5", "null", $"\"{new string('s', 1024)}\"", $"\"{new string('s', 1025)}\""]),
        ("event", ["{}", "[1]", "null", "\"x\""]),
        ("id", ["\"evt_1\"", "null", "7", "{}"]),
        ("type", ["\"user.updated\"", "null", "true"]),
        ("occurredAt", ["\"2026-01-01T00:00:00Z\"", "\"2026-01-01T01:00:00.1234567+01:00\"", "null", "\"yesterday\"", "1767225600"]),
        ("receivedAt", ["\"2026-01-01T00:00:00Z\"", "null", "\"10:30\"", "[]"]),
        ("queuedAt", ["\"2026-01-01T00:00:00Z\"", "null", "\"10:30\"", "[]"]),
        ("headers", ["{}", "{\"X-Name\":\"v\"}", "null", "{\"X-Name\":1}", "[]", $"{{{string.Join(',', Enumerable.Range(0, 65).Select(i => $"\"h{i}\":\"\""))}}}"]),
        ("attempt", ["0", "7", "2147483647", "2147483648", "-1", "1.5", "\"1\"", "null"]),
        ("replay", ["0", "1767225600000", "-1", "0.5", "\"1\"", "null", "4611686018427387903", "9223372036854775807"]),
        ("alone", ["true", "false", "null", "1"]),
        ("resend", ["true", "false", "null", "\"true\""]),
        ("traceparent", ["\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\"", "null", "1"]),
        ("tracestate", ["\"a=b\"", "null", "{}"]),
        ("own", ["1"]),
    ];

    [Fact]
    public void What_is_written_is_read() =>
        Gen.Select(Text.Where(text => text.Length is > 0 and < 1000), Json.Value, Gen.Select(MaybeText, MaybeText, MaybeText, MaybeText), Gen.Select(MaybeTime, MaybeTime, MaybeTime), Headers, Gen.Select(Gen.Int[0, int.MaxValue], Gen.Long[0, long.MaxValue / 2], Gen.Bool, Gen.Bool))
            .Sample((source, data, texts, times, headers, marks) =>
            {
                var message = new ChangeMessage
                {
                    Source = source,
                    Event = Json.Parse(data),
                    Id = texts.Item1,
                    Type = texts.Item2,
                    TraceParent = texts.Item3,
                    TraceState = texts.Item4,
                    OccurredAt = times.Item1,
                    ReceivedAt = times.Item2,
                    QueuedAt = times.Item3,
                    Headers = headers,
                    Attempt = marks.Item1,
                    Replay = marks.Item2,
                    Alone = marks.Item3,
                    Resend = marks.Item4,
                };

                var read = Read(ChangeMessageJson.Write(message));

                Assert.Equal(message with { Event = default, Headers = null }, read with { Event = default, Headers = null });
                Assert.True(JsonElement.DeepEquals(message.Event, read.Event));
                Assert.Equal(message.Headers?.ToDictionary(), read.Headers?.ToDictionary());
            });

    [Fact]
    public void Times_are_exact_and_in_UTC()
    {
        var message = Read("""{ "source": "s", "event": 1, "occurredAt": "2026-01-01T02:00:00.1234567+02:00", "receivedAt": "2026-01-01" }""");

        Assert.Equal((Now.Time.AddTicks(1234567), TimeSpan.Zero), (message.OccurredAt, message.OccurredAt!.Value.Offset));
        Assert.Equal(Now.Time, message.ReceivedAt);
    }

    [Fact]
    public void A_source_and_an_event_are_enough()
    {
        var message = Read("""{ "source": "workos", "event": { "user": 42 } }""");

        Assert.Equal(new ChangeMessage { Source = "workos", Event = default }, message with { Event = default });
        Assert.Equal("""{ "user": 42 }""", message.Event.GetRawText());
        Assert.Equal("""{"version":1,"source":"workos","event":{"user":42}}""", Encoding.UTF8.GetString(ChangeMessageJson.Write(message)));
    }

    [Theory]
    [InlineData("", "the message is empty")]
    [InlineData(" \r\n", "the message is empty")]
    [InlineData("{", "the message is not JSON (line 1, byte 2)")]
    [InlineData("{}{}", "the message is not JSON (line 1, byte 3)")]
    [InlineData("[]", "the message is not a JSON object")]
    [InlineData("\"text\"", "the message is not a JSON object")]
    [InlineData("""{ "version": 2, "source": "s", "event": 1 }""", "the message's version is not known here; this program reads up to 1")]
    [InlineData("""{ "version": 0, "source": "s", "event": 1 }""", "the message's version is not known here; this program reads up to 1")]
    [InlineData("""{ "version": "1", "source": "s", "event": 1 }""", "the message's version is not known here; this program reads up to 1")]
    [InlineData("""{ "event": 1 }""", "the message names no source")]
    [InlineData("""{ "source": "", "event": 1 }""", "the message names no source")]
    [InlineData("""{ "source": 5, "event": 1 }""", "the message names no source")]
    [InlineData("""{ "source": "s" }""", "the message has no event")]
    [InlineData("""{ "source": "s", "event": 1, "id": 7 }""", "the message's id is not a text")]
    [InlineData("""{ "source": "s", "event": 1, "type": [] }""", "the message's type is not a text")]
    [InlineData("""{ "source": "s", "event": 1, "occurredAt": 1767225600 }""", "the message's occurredAt is not a text")]
    [InlineData("""{ "source": "s", "event": 1, "receivedAt": {} }""", "the message's receivedAt is not a text")]
    [InlineData("""{ "source": "s", "event": 1, "traceparent": 1 }""", "the message's traceparent is not a text")]
    [InlineData("""{ "source": "s", "event": 1, "tracestate": true }""", "the message's tracestate is not a text")]
    [InlineData("""{ "source": "s", "event": 1, "occurredAt": "yesterday" }""", "the message's occurredAt is not a time (ISO 8601)")]
    [InlineData("""{ "source": "s", "event": 1, "occurredAt": "" }""", "the message's occurredAt is not a time (ISO 8601)")]
    [InlineData("""{ "source": "s", "event": 1, "receivedAt": "10:30" }""", "the message's receivedAt is not a time (ISO 8601)")]
    [InlineData("""{ "source": "s", "event": 1, "attempt": -1 }""", "the message's attempt is not a number of attempts")]
    [InlineData("""{ "source": "s", "event": 1, "attempt": "1" }""", "the message's attempt is not a number of attempts")]
    [InlineData("""{ "source": "s", "event": 1, "attempt": 2147483648 }""", "the message's attempt is not a number of attempts")]
    [InlineData("""{ "source": "s", "event": 1, "replay": 0.5 }""", "the message's replay is not a number of replays")]
    [InlineData("""{ "source": "s", "event": 1, "replay": 9223372036854775807 }""", "the message's replay is not a number of replays")]
    [InlineData("""{ "source": "s", "event": 1, "alone": "true" }""", "the message's alone is neither true nor false")]
    [InlineData("""{ "source": "s", "event": 1, "resend": 1 }""", "the message's resend is neither true nor false")]
    [InlineData("""{ "source": "s", "event": 1, "headers": [] }""", "the message's headers are not an object")]
    [InlineData("""{ "source": "s", "event": 1, "headers": { "a": 1 } }""", "a header of the message is not a text")]
    [InlineData("""{ "source": 5, "source": "s", "event": 1, "id": 7 }""", "the message's id is not a text")]
    public void What_is_wrong_with_a_message_is_said(string json, string expected)
    {
        Assert.False(ChangeMessageJson.TryRead(Encoding.UTF8.GetBytes(json), out var message, out var problem));

        Assert.Equal((null, expected), (message, problem));
    }

    [Fact]
    public void What_is_not_UTF8_is_refused()
    {
        Assert.False(ChangeMessageJson.TryRead(new byte[] { 0x7B, 0xFF, 0x7D }, out _, out var problem));

        Assert.Equal("the message is not UTF-8 text", problem);
    }

    [Theory]
    [InlineData(1024, null)]
    [InlineData(1025, "the message's source is longer than 1024 characters")]
    public void A_source_has_no_endless_name(int length, string? expected)
    {
        ChangeMessageJson.TryRead(Encoding.UTF8.GetBytes($$"""{ "source": "{{new string('s', length)}}", "event": 1 }"""), out _, out var problem);

        Assert.Equal(expected, problem);
    }

    [Theory]
    [InlineData(64, null)]
    [InlineData(65, "the message has more than 64 headers")]
    public void A_message_has_not_any_number_of_headers(int count, string? expected)
    {
        var headers = string.Join(',', Enumerable.Range(0, count).Select(i => $"\"h{i}\": \"v\""));
        ChangeMessageJson.TryRead(Encoding.UTF8.GetBytes($$"""{ "source": "s", "event": 1, "headers": { {{headers}} } }"""), out var message, out var problem);

        Assert.Equal((expected, expected is null ? count : null), (problem, message?.Headers?.Count));
    }

    /// <summary>A body may be 256 deep, and what is made of one is a little deeper.</summary>
    [Theory]
    [InlineData(300, true)]
    [InlineData(319, true)]
    [InlineData(320, false)]
    [InlineData(100_000, false)]
    public void An_event_has_a_bounded_depth(int depth, bool isRead)
    {
        var json = $$"""{"source":"s","event":{{new string('[', depth)}}{{new string(']', depth)}}}""";

        Assert.Equal(isRead, ChangeMessageJson.TryRead(Encoding.UTF8.GetBytes(json), out var message, out var problem));

        Assert.Equal(isRead, problem is null);
        Assert.Equal(isRead, message is not null);
    }

    [Fact]
    public void Headers_are_found_by_name_in_any_case() => Assert.Equal("v", Read("""{ "source": "s", "event": 1, "headers": { "X-Name": "v" } }""").Headers!["x-name"]);

    [Fact]
    public void What_was_read_outlives_the_bytes_that_it_was_read_from()
    {
        var bytes = """{"source":"s","event":{"a":"b"}}"""u8.ToArray();
        var message = Read(bytes);
        bytes.AsSpan().Fill((byte)'x');

        Assert.Equal("""{"a":"b"}""", message.Event.GetRawText());
    }

    [Fact]
    public void A_message_says_nothing_of_its_event() => Assert.Equal("workos/evt_1", Read("""{ "source": "workos", "id": "evt_1", "event": "ada@example.com" }""").ToString());

    [Fact]
    public async Task The_schema_takes_what_the_reader_takes_and_nothing_else() => await Gen.Int[0, 1_000_000].SampleAsync(
        async seed =>
        {
            // Most members as they should be, so that both answers are common.
            var random = new Random(seed);
            var members = Members.Where(member => random.Next(3) > 0 || (member.Name is "source" or "event" && random.Next(5) > 0))
                .Select(member => $"\"{member.Name}\":{member.Values[random.Next(4) > 0 ? 0 : random.Next(member.Values.Length)]}");
            var json = $"{{{string.Join(',', members)}}}";

            var isRead = ChangeMessageJson.TryRead(Encoding.UTF8.GetBytes(json), out _, out var problem);
            var errors = await Schemas.MessageErrorsAsync(json);

            Assert.True(isRead == (errors.Count == 0), $"{json}: the reader says {problem ?? "nothing"}, the schema {string.Join("; ", errors)}");
        },
        iter: 2000,
        threads: 1);

    [Fact]
    public async Task The_schema_takes_what_is_written()
    {
        var message = new ChangeMessage
        {
            Source = "workos",
            Event = Json.Parse("""{ "a": 1 }"""),
            Id = "evt_1",
            Type = "user.updated",
            OccurredAt = Now.Time,
            ReceivedAt = Now.Time,
            QueuedAt = Now.Time,
            Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["X-Name"] = "v" },
            Attempt = 3,
            Replay = 4,
            Alone = true,
            Resend = true,
            TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            TraceState = "a=b",
        };

        var json = Encoding.UTF8.GetString(ChangeMessageJson.Write(message));

        Assert.Empty(await Schemas.MessageErrorsAsync(json));
        Assert.Equal(Schemas.Message["properties"]!.AsObject().Select(member => member.Key).Order(StringComparer.Ordinal), Json.Parse(json).EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.All(Schemas.Settings(Schemas.Message), member => Assert.NotEmpty(member.Schema["description"]!.GetValue<string>()));
    }

    private static ChangeMessage Read(string json) => Read(Encoding.UTF8.GetBytes(json));

    private static ChangeMessage Read(ReadOnlyMemory<byte> json)
    {
        Assert.True(ChangeMessageJson.TryRead(json, out var message, out var problem), problem);
        return message;
    }
}
