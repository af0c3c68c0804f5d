using System.Text;
using CsCheck;
using UserSync.Receiving.Bodies;
using UserSync.Tests.Support;

namespace UserSync.Tests.Receiving.Bodies;

public sealed class XmlBodyTests
{
    private const string Refusal = "the body is not XML, has a document type, or is nested deeper than 64 levels";
    private const string Schema = "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'";

    private static readonly XmlBody Format = new(64);

    [Theory]
    [InlineData("<a>text</a>", """{"a":"text"}""")]
    [InlineData("<a/>", """{"a":""}""")]
    [InlineData("<a> \n </a>", """{"a":""}""")]
    [InlineData("<a><b>1</b><c>2</c></a>", """{"a":{"b":"1","c":"2"}}""")]
    [InlineData("<a><b>1</b><c>2</c><b>3</b></a>", """{"a":{"b":["1","3"],"c":"2"}}""")]
    [InlineData("<s:a xmlns:s='urn:one'><t:b xmlns:t='urn:two'>1</t:b><s:b>2</s:b></s:a>", """{"a":{"b":["1","2"]}}""")]
    [InlineData("<a xmlns='urn:one'><b>1</b></a>", """{"a":{"b":"1"}}""")]
    [InlineData("<a id='5' xml:lang='de'>text</a>", """{"a":{"@id":"5","@lang":"de","#text":"text"}}""")]
    [InlineData("<a id='5'/>", """{"a":{"@id":"5"}}""")]
    [InlineData("<a id='5'><b>1</b></a>", """{"a":{"@id":"5","b":"1"}}""")]
    [InlineData("<a>text<b>1</b>more</a>", """{"a":{"b":"1"}}""")]
    [InlineData("<a><![CDATA[<x> & ]]>y &amp; &#228;</a>", """{"a":"<x> & y & ä"}""")]
    [InlineData("<!-- c --><?pi x?><a><!-- c -->1<?pi x?>2</a><!-- c -->", """{"a":"12"}""")]
    [InlineData("<a><b " + Schema + " xsi:nil='true'/></a>", """{"a":{"b":null}}""")]
    [InlineData("<a><b " + Schema + " xsi:nil='1' id='5'/></a>", """{"a":{"b":null}}""")]
    [InlineData("<a><b " + Schema + " xsi:nil='false'>1</b></a>", """{"a":{"b":"1"}}""")]
    [InlineData("<a><b nil='true'/></a>", """{"a":{"b":{"@nil":"true"}}}""")]
    [InlineData("<a " + Schema + " xsi:type='sf:User'><b>1</b></a>", """{"a":{"@type":"User","b":"1"}}""")]
    [InlineData("<a " + Schema + " xsi:type='User'>1</a>", """{"a":{"@type":"User","#text":"1"}}""")]
    [InlineData("<?xml version='1.0' encoding='UTF-8'?><a>ä</a>", """{"a":"ä"}""")]
    public void An_element_comes_out_as_JSON(string body, string expected) => Assert.Equal(expected, Format.Json(body));

    [Fact]
    public void The_encoding_that_a_body_names_is_believed() =>
        Assert.Equal("""{"a":"ä"}""", Format.Json(Deliveries.Of(Encoding.Latin1.GetBytes("<?xml version='1.0' encoding='ISO-8859-1'?><a>ä</a>"))));

    [Theory]
    [InlineData("UTF-16")]
    [InlineData("UTF-16BE")]
    public void A_body_may_be_UTF_16(string encoding)
    {
        var bytes = Encoding.GetEncoding(encoding);

        Assert.Equal("""{"a":"ä"}""", Format.Json(Deliveries.Of([.. bytes.GetPreamble(), .. bytes.GetBytes("<a>ä</a>")])));
    }

    [Theory]
    [InlineData(" ")]
    [InlineData("text")]
    [InlineData("{}")]
    [InlineData("<a>")]
    [InlineData("<a></b>")]
    [InlineData("<a/><b/>")]
    [InlineData("<a/>text")]
    [InlineData("<a b='1' b='2'/>")]
    [InlineData("<a>&unknown;</a>")]
    [InlineData("<a>&#xD800;</a>")]
    [InlineData("<a>\0</a>")]
    [InlineData("<x:a/>")]
    [InlineData("<?xml version='1.0' encoding='utf-7'?><a/>")]
    [InlineData("<?xml version='1.0' encoding='nonsense'?><a/>")]
    [InlineData("<!DOCTYPE a><a/>")]
    [InlineData("<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>")]
    [InlineData("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>")]
    [InlineData("<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>")]
    [InlineData("<!DOCTYPE a [<!ENTITY l 'lol'><!ENTITY m '&l;&l;&l;&l;&l;&l;&l;&l;&l;&l;'><!ENTITY n '&m;&m;&m;&m;&m;&m;&m;&m;'>]><a>&n;</a>")]
    public void What_is_not_plain_XML_is_refused(string body) => Assert.Equal(Refusal, Format.Problem(body));

    [Fact]
    public void Bytes_that_are_not_in_the_named_encoding_are_refused() =>
        Assert.Equal(Refusal, Format.Problem(Deliveries.Of(Encoding.Latin1.GetBytes("<?xml version='1.0' encoding='UTF-8'?><a>ä</a>"))));

    [Fact]
    public void An_empty_body_is_said_to_be_empty() => Assert.Equal("the body is empty", Format.Problem(""));

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void A_body_is_as_deep_as_the_bound_and_no_deeper(int depth, bool isTaken)
    {
        // The JSON has one more object around the elements.
        using var content = Format.Read(Deliveries.Of(string.Concat(Enumerable.Repeat("<a>", depth)) + string.Concat(Enumerable.Repeat("</a>", depth))));

        Assert.Equal(isTaken ? null : Refusal, content.Problem);
    }

    [Fact]
    public void Repeated_elements_that_make_it_too_deep_are_refused_as_XML()
    {
        var body = string.Concat(Enumerable.Repeat("<a><b/><b>", 31)) + "<c/>" + string.Concat(Enumerable.Repeat("</b></a>", 31));

        Assert.Equal(Refusal, Format.Problem(body));
    }

    [Fact]
    public void A_very_deep_body_does_not_exhaust_the_stack() =>
        Assert.Equal(Refusal, Format.Problem(string.Concat(Enumerable.Repeat("<a>", 100_000))));

    [Fact]
    public void Any_text_comes_out_as_it_went_in() => Gen.String[Gen.Char[' ', '\ud7ff'], 1, 20].Where(text => text.Trim().Length > 0).Sample(text =>
    {
        var escaped = text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

        Assert.Equal(text, Json.Parse(Format.Json($"<a>{escaped}</a>")).GetProperty("a").GetString());
    });

    [Fact]
    public void Bytes_that_are_no_XML_do_no_harm() => Gen.OneOf(
            Gen.Byte.Array[1, 60],
            Gen.OneOf("<a>", "</a>", "<b c='1'", "/>", "<![CDATA[", "]]>", "&amp;", "&", "<!--", "-->", "<?x", "?>", "<!DOCTYPE", "é", "\0").Array[1, 10]
                .Select(pieces => Encoding.UTF8.GetBytes(string.Concat(pieces))))
        .Sample(body => Format.Read(Deliveries.Of(body)).Dispose(), iter: 1000);
}
