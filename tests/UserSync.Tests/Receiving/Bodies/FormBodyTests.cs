using System.Text.Json;
using CsCheck;
using UserSync.Receiving.Bodies;
using UserSync.Tests.Support;

namespace UserSync.Tests.Receiving.Bodies;

public sealed class FormBodyTests
{
    private static readonly FormBody Format = new(64);

    [Theory]
    [InlineData("a=1&b=x+y%26z", """{"a":"1","b":"x y&z"}""")]
    [InlineData("a=", """{"a":""}""")]
    [InlineData("=x", """{"":"x"}""")]
    [InlineData("n%C3%A4me=%F0%9F%98%80", "{\"näme\":\"\\uD83D\\uDE00\"}")]
    [InlineData("a=1&a=2", """{"a":["1","2"]}""")]
    [InlineData("a=1&A=2", """{"a":"1","A":"2"}""")]
    [InlineData("data[employee][id]=5&data[employee][name]=Ada", """{"data":{"employee":{"id":"5","name":"Ada"}}}""")]
    [InlineData("data%5Bid%5D=5", """{"data":{"id":"5"}}""")]
    [InlineData("fields[First name]=Ada", """{"fields":{"First name":"Ada"}}""")]
    [InlineData("roles[]=a", """{"roles":["a"]}""")]
    [InlineData("roles[]=a&roles[]=b", """{"roles":["a","b"]}""")]
    [InlineData("data[roles][]=a", """{"data":{"roles":["a"]}}""")]
    [InlineData("data[changedFields][0]=firstName&data[changedFields][1]=lastName", """{"data":{"changedFields":["firstName","lastName"]}}""")]
    [InlineData("employees[0][id]=5&employees[0][roles][0]=a&employees[1][id]=6", """{"employees":[{"id":"5","roles":["a"]},{"id":"6"}]}""")]
    [InlineData("employees[12345][id]=5", """{"employees":{"12345":{"id":"5"}}}""")]
    [InlineData("a[1]=x&a[0]=y", """{"a":{"1":"x","0":"y"}}""")]
    [InlineData("0=x&1=y", """{"0":"x","1":"y"}""")]
    [InlineData("a=1&a[b]=2", """{"a":{"b":"2"}}""")]
    [InlineData("a[b]=1&a=2", """{"a":"2"}""")]
    [InlineData("a[b=1", """{"a[b":"1"}""")]
    [InlineData("a]=1", """{"a]":"1"}""")]
    [InlineData("[a]=1", """{"[a]":"1"}""")]
    public void A_form_comes_out_as_JSON(string body, string expected) =>
        Assert.Equal(JsonSerializer.Serialize(Json.Parse(expected)), JsonSerializer.Serialize(Json.Parse(Format.Json(body))));

    [Fact]
    public void Every_field_comes_out_under_its_name() => Gen.Dictionary(Gen.String[Gen.Char['a', 'z'], 1, 5], Gen.String[Gen.Char[' ', '\u2fff'], 0, 8])[1, 8].Sample(fields =>
    {
        var body = string.Join('&', fields.Select(field => $"{field.Key}={Uri.EscapeDataString(field.Value)}"));

        var members = Json.Parse(Format.Json(body)).EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetString()!);

        Assert.Equal(fields, members);
    });

    [Fact]
    public void An_empty_body_is_said_to_be_empty() => Assert.Equal("the body is empty", Format.Problem(""));

    [Theory]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public void A_form_has_at_most_1024_fields(int count, bool isTaken)
    {
        using var distinct = Format.Read(Deliveries.Of(string.Join('&', Enumerable.Range(0, count).Select(number => $"a{number}=1"))));
        using var repeated = Format.Read(Deliveries.Of(string.Join('&', Enumerable.Repeat("a=1", count))));

        Assert.Equal(isTaken ? null : "the body is not a form, or a form with too many or too long fields", distinct.Problem);
        Assert.Equal(distinct.Problem, repeated.Problem);
    }

    [Theory]
    [InlineData(2048, true)]
    [InlineData(2049, false)]
    public void A_name_has_at_most_2048_letters(int length, bool isTaken)
    {
        using var content = Format.Read(Deliveries.Of($"{new string('a', length)}=1"));

        Assert.Equal(isTaken, content.Problem is null);
    }

    [Fact]
    public void A_value_is_as_long_as_the_bound_of_the_body_allows()
    {
        var value = new string('a', (4 * 1024 * 1024) + 1);

        using var content = Format.Read(Deliveries.Of($"a={value}"));

        Assert.Equal(value, content.Root.GetProperty("a").GetString());
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public void A_form_is_as_deep_as_the_bound_and_no_deeper(int names, bool isTaken)
    {
        using var content = new FormBody(4).Read(Deliveries.Of($"a{string.Concat(Enumerable.Repeat("[b]", names - 1))}=1"));

        Assert.Equal(isTaken ? null : "the form is nested deeper than 4 levels", content.Problem);
    }

    [Fact]
    public void Bytes_that_are_no_text_do_no_harm() => Gen.Byte.Array[1, 60].Sample(body =>
    {
        using var content = Format.Read(Deliveries.Of(body));

        Assert.True(content.Problem is not null || content.Root.ValueKind == JsonValueKind.Object);
    });
}
