using System.Text;
using CsCheck;
using UserSync.Receiving.Bodies;
using UserSync.Tests.Support;

namespace UserSync.Tests.Receiving.Bodies;

public sealed class CloudEventsBodyTests
{
    private static readonly CloudEventsBody Format = new(64);

    [Fact]
    public void A_structured_event_is_taken_as_it_is() => Assert.Equal(
        """{"specversion":"1.0","id":"1","data":{"a":1}}""",
        Format.Json(Deliveries.Of("""{ "specversion": "1.0", "id": "1", "data": { "a": 1 } }""", [("Content-Type", "application/cloudevents+json; charset=utf-8")])));

    [Fact]
    public void A_batch_is_an_array() => Assert.Equal(
        """[{"id":"1"},{"id":"2"}]""",
        Format.Json(Deliveries.Of("""[{ "id": "1" }, { "id": "2" }]""", [("Content-Type", "application/cloudevents-batch+json")])));

    [Fact]
    public void A_structured_event_may_call_itself_plain_JSON() =>
        Assert.Equal("""{"id":"1"}""", Format.Json(Deliveries.Of("""{ "id": "1" }""", [("Content-Type", "application/json")])));

    [Fact]
    public void A_structured_event_is_not_taken_for_a_binary_one_by_its_headers() => Assert.Equal(
        """{"id":"1"}""",
        Format.Json(Deliveries.Of("""{ "id": "1" }""", [("Content-Type", "Application/CloudEvents+JSON"), ("ce-specversion", "1.0"), ("ce-id", "2")])));

    [Fact]
    public void A_binary_event_is_put_together_from_headers_and_body() => Assert.Equal(
        """{"specversion":"1.0","id":"A-1","type":"user.updated","source":"/hr","myextension":"5","data":{"name":"Ada"}}""",
        Format.Json(Binary("""{ "name": "Ada" }""", "application/json", ("CE-ID", "A-1"), ("ce-type", "user.updated"), ("ce-source", "/hr"), ("ce-myExtension", "5"), ("X-Other", "x"))));

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/json")]
    [InlineData("application/vnd.acme+json; v=1")]
    [InlineData("")]
    public void The_data_of_a_binary_event_is_JSON_where_its_type_says_so(string contentType) =>
        Assert.Equal("""{"specversion":"1.0","data":[1]}""", Format.Json(Binary("[1]", contentType)));

    [Theory]
    [InlineData("text/plain", "[1]", """{"specversion":"1.0","data":"[1]"}""")]
    [InlineData("application/xml", "<a/>", """{"specversion":"1.0","data":"<a/>"}""")]
    [InlineData("application/json", "", """{"specversion":"1.0"}""")]
    public void Other_data_is_a_text_and_none_is_none(string contentType, string body, string expected) =>
        Assert.Equal(expected, Format.Json(Binary(body, contentType)));

    [Theory]
    [InlineData("Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro € 😀")]
    [InlineData("100%25", "100%")]
    [InlineData("%2541", "%41")]
    [InlineData("a%2", "a%2")]
    [InlineData("a%", "a%")]
    [InlineData("a%zz", "a%zz")]
    [InlineData("a%+1", "a%+1")]
    [InlineData("a%e4b", null)]
    [InlineData("%ff", null)]
    [InlineData("%ed%a0%80", null)]
    [InlineData("%c0%80", null)]
    public void A_header_is_percent_decoded_once_and_strictly(string header, string? expected)
    {
        using var content = Format.Read(Binary("", "", ("ce-subject", header)));

        Assert.Equal(expected is null ? "a ce- header is not percent-encoded UTF-8" : null, content.Problem);
        Assert.Equal(expected, expected is null ? null : content.Root.GetProperty("subject").GetString());
    }

    [Fact]
    public void Any_attribute_survives_percent_encoding() => Gen.String[Gen.Char[' ', '\ud7ff'], 0, 20].Sample(text =>
    {
        using var content = Format.Read(Binary("", "", ("ce-subject", Uri.EscapeDataString(text))));

        Assert.Equal(text, content.Root.GetProperty("subject").GetString());
    });

    [Fact]
    public void A_header_cannot_stand_in_for_the_data() => Assert.Equal(
        """{"specversion":"1.0","data":{"a":1}}""",
        Format.Json(Binary("""{ "a": 1 }""", "application/json", ("ce-data", "other"))));

    [Fact]
    public void A_header_cannot_stand_in_for_data_that_is_missing() =>
        Assert.Equal("""{"specversion":"1.0"}""", Format.Json(Binary("", "", ("ce-data", "other"), ("CE-Data", "third"), ("ce-", "x"))));

    [Theory]
    [InlineData("{", "the body is not JSON (line 1, byte 2)")]
    [InlineData(" ", "the body is empty")]
    public void Data_that_is_not_JSON_is_said(string body, string problem) => Assert.Equal(problem, Format.Problem(Binary(body, "application/json")));

    [Fact]
    public void Data_that_is_not_UTF_8_is_said() => Assert.Equal(
        "the body is not UTF-8 text",
        Format.Problem(Deliveries.Of([(byte)'"', 0xFF, (byte)'"'], [("ce-specversion", "1.0"), ("Content-Type", "application/json")])));

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Data_is_as_deep_as_the_bound_and_no_deeper(int depth, bool isTaken)
    {
        using var binary = Format.Read(Binary(JsonBodyTests.Nested(depth), "application/json"));
        using var structured = Format.Read(Deliveries.Of(JsonBodyTests.Nested(depth)));

        Assert.Equal(isTaken, binary.Problem is null);
        Assert.Equal(isTaken, structured.Problem is null);
    }

    private static UserSync.Receiving.Delivery Binary(string body, string contentType, params (string, string)[] headers) =>
        Deliveries.Of(Encoding.UTF8.GetBytes(body), [("ce-specversion", "1.0"), .. contentType.Length == 0 ? [] : new[] { ("Content-Type", contentType) }, .. headers]);
}
