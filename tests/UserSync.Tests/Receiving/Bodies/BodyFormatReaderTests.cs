using UserSync.Configuration;
using UserSync.Receiving.Bodies;
using UserSync.Tests.Support;

namespace UserSync.Tests.Receiving.Bodies;

public sealed class BodyFormatReaderTests
{
    [Theory]
    [InlineData("{}", "{ \"a\": 1 }", "text/plain", """{"a":1}""")]
    [InlineData("""{ "format": "json" }""", "{ \"a\": 1 }", null, """{"a":1}""")]
    [InlineData("""{ "format": "json-lines" }""", "1\n2", null, "[1,2]")]
    [InlineData("""{ "format": "form" }""", "a=1", null, """{"a":"1"}""")]
    [InlineData("""{ "format": "xml" }""", "<a>1</a>", null, """{"a":"1"}""")]
    [InlineData("""{ "format": "jwt" }""", "a.e30.c", null, "{}")]
    [InlineData("""{ "format": "jwt", "unwrap": "data" }""", "a.eyJkYXRhIjoie30ifQ.c", null, """{"data":{}}""")]
    [InlineData("""{ "format": "cloudevents" }""", "[]", "application/cloudevents-batch+json", "[]")]
    [InlineData("""{ "format": ["json", "form"] }""", "a=1", "application/x-www-form-urlencoded; charset=UTF-8", """{"a":"1"}""")]
    [InlineData("""{ "format": ["json", "form"] }""", "{ \"a\": 1 }", "application/octet-stream", """{"a":1}""")]
    [InlineData("""{ "format": ["form", "json"] }""", "a=1", null, """{"a":"1"}""")]
    [InlineData("""{ "format": ["form", "json"] }""", "{ \"a\": 1 }", "APPLICATION/JSON", """{"a":1}""")]
    [InlineData("""{ "format": ["json", "xml"] }""", "<a>1</a>", "text/xml", """{"a":"1"}""")]
    [InlineData("""{ "format": ["json", "json-lines"] }""", "1\n2", "application/x-ndjson", "[1,2]")]
    [InlineData("""{ "format": ["json", "jwt"] }""", "a.e30.c", "application/secevent+jwt", "{}")]
    [InlineData("""{ "format": ["form", "form"] }""", "a=1", "application/json", """{"a":"1"}""")]
    public void The_configured_format_reads_the_body(string settings, string body, string? contentType, string expected)
    {
        var findings = new Findings();
        var format = BodyFormatReader.Read(Setting.Root("test.json", Json.Parse(settings), findings), 64);

        Assert.Empty(findings);
        Assert.Equal(expected, format.Json(Deliveries.Of(body, contentType is null ? [] : [("Content-Type", contentType)])));
    }

    [Fact]
    public void CloudEvents_are_also_read_out_of_headers()
    {
        var format = BodyFormatReader.Read(Setting.Root("test.json", Json.Parse("""{ "format": "cloudevents" }"""), new Findings()), 64);

        Assert.Equal(
            """{"specversion":"1.0","id":"1","data":{"a":1}}""",
            format.Json(Deliveries.Of("""{ "a": 1 }""", [("ce-specversion", "1.0"), ("ce-id", "1"), ("Content-Type", "application/json")])));
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("", "")]
    [InlineData("text/xml", "text/xml")]
    [InlineData(" Text/XML ; charset=utf-8", "text/xml")]
    [InlineData("application/json;;;", "application/json")]
    [InlineData(";", "")]
    public void A_media_type_is_read_leniently(string? contentType, string expected) => Assert.Equal(expected, MediaTypes.Of(contentType));
}
