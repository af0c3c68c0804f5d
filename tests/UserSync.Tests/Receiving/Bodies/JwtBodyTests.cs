using System.Buffers.Text;
using System.Text;
using CsCheck;
using UserSync.Receiving.Bodies;
using UserSync.Tests.Support;

namespace UserSync.Tests.Receiving.Bodies;

public sealed class JwtBodyTests
{
    private const string NoToken = "the body is not a signed JSON Web Token";
    private const string NoJson = "a claim that should hold JSON does not";

    private static readonly JwtBody Plain = new([], 64);
    private static readonly JwtBody Twice = new(["data", "data.data"], 64);

    [Fact]
    public void The_claims_are_the_body() => Assert.Equal("""{"iss":"x","n":[1]}""", Plain.Json(Token("""{ "iss": "x", "n": [1] }""")));

    [Fact]
    public void Blanks_around_a_token_do_not_matter() => Assert.Equal("{}", Plain.Json($" \r\n{Token("{}")}\n"));

    [Fact]
    public void JSON_in_a_claim_is_read_in_its_place_and_then_inside_that()
    {
        const string Claims = """{ "data": "{\"type\":\"updated\",\"data\":\"{\\\"id\\\":12345678901234567890}\"}", "iat": 1 }""";

        Assert.Equal("""{"data":{"type":"updated","data":{"id":12345678901234567890}},"iat":1}""", Twice.Json(Token(Claims)));
    }

    [Theory]
    [InlineData("{}", "{}")]
    [InlineData("""{ "data": 5 }""", """{"data":5}""")]
    [InlineData("""{ "data": null }""", """{"data":null}""")]
    [InlineData("""{ "data": { "data": "[1]" } }""", """{"data":{"data":[1]}}""")]
    [InlineData("""{ "data": "null" }""", """{"data":null}""")]
    [InlineData("""{ "data": "\"text\"" }""", """{"data":"text"}""")]
    [InlineData("[1]", "[1]")]
    [InlineData("null", "null")]
    public void A_claim_that_is_not_a_text_stays_as_it_is(string claims, string expected) => Assert.Equal(expected, Twice.Json(Token(claims)));

    [Fact]
    public void Of_claims_of_the_same_name_the_last_counts() =>
        Assert.Equal("""{"data":[2]}""", Twice.Json(Token("""{ "data": "[1]", "data": "[2]" }""")));

    [Theory]
    [InlineData("""{ "data": "text" }""")]
    [InlineData("""{ "data": "" }""")]
    [InlineData("""{ "data": "{\"data\":\"{\"}" }""")]
    public void A_text_that_should_hold_JSON_and_does_not_is_said(string claims) => Assert.Equal(NoJson, Twice.Problem(Token(claims)));

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a.b")]
    [InlineData("a..c")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a.!.c")]
    [InlineData("{}")]
    public void What_is_no_token_is_said(string body) => Assert.Equal(NoToken, Plain.Problem(body));

    [Theory]
    [InlineData("claims", "the body is not JSON (line 1, byte 1)")]
    [InlineData(" ", "the body is empty")]
    public void Claims_that_are_not_JSON_are_said(string claims, string problem) => Assert.Equal(problem, Plain.Problem(Token(claims)));

    [Theory]
    [InlineData(64, 64, true)]
    [InlineData(64, 65, false)]
    [InlineData(200, 200, true)]
    [InlineData(200, 201, false)]
    public void Claims_are_as_deep_as_the_bound_and_no_deeper(int bound, int depth, bool isTaken)
    {
        using var content = new JwtBody(["data"], bound).Read(Deliveries.Of(Token(JsonBodyTests.Nested(depth))));
        using var unwrapped = new JwtBody(["data"], bound).Read(Deliveries.Of(Token($$"""{ "data": "{{JsonBodyTests.Nested(depth - 1)}}" }""")));

        Assert.Equal(isTaken, content.Problem is null);
        Assert.Equal(isTaken, unwrapped.Problem is null);
    }

    [Fact]
    public void Bytes_that_are_no_token_do_no_harm() => Gen.OneOf(
            Gen.Byte.Array[0, 60],
            Gen.Byte.Array[0, 40].Select(bytes => Encoding.ASCII.GetBytes($"a.{Base64Url.EncodeToString(bytes)}.c")),
            Json.Value.Select(claims => Encoding.ASCII.GetBytes(Token(claims))))
        .Sample(body => Twice.Read(Deliveries.Of(body)).Dispose(), iter: 1000);

    private static string Token(string claims) => $"e30.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.c2ln";
}
