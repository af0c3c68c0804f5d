using System.Text;
using System.Text.Json;
using CsCheck;
using Truto.Http;
using UserSync.Receiving.Bodies;
using UserSync.Tests.Support;

namespace UserSync.Tests.Receiving.Bodies;

public sealed class LoneSurrogatesTests
{
    private const string High = @"\ud83d";
    private const string Low = @"\ude00";

    /// <summary>Pieces of a JSON text, each with what it means where it stands alone.</summary>
    private static readonly (string Json, string Meaning)[] Pieces =
    [
        (High, "\ufffd"), (Low, "\ufffd"), (@"\uD800", "\ufffd"), (@"\uDFFF", "\ufffd"), (@"\\", "\\"), (@"\""", "\""), (@"\n", "\n"), (@"\/", "/"),
        (@"\u0041", "A"), (@"\u005c", "\\"), (@"\ufffd", "\ufffd"), ("ud800", "ud800"), ("a", "a"), ("ä", "ä"), ("\U0001F600", "\U0001F600"),
    ];

    [Theory]
    [InlineData(@"\ud83d", "\ufffd")]
    [InlineData(@"\ude00", "\ufffd")]
    [InlineData(@"\ud83d\ude00", "\U0001F600")]
    [InlineData(@"\uD83D\uDE00", "\U0001F600")]
    [InlineData(@"\ud83d\ud83d\ude00", "\ufffd\U0001F600")]
    [InlineData(@"\ude00\ud83d", "\ufffd\ufffd")]
    [InlineData(@"\ud83dx\ude00", "\ufffdx\ufffd")]
    [InlineData(@"\ud83d\n\ude00", "\ufffd\n\ufffd")]
    [InlineData(@"\\ud800", @"\ud800")]
    [InlineData(@"\\\ud800", "\\\ufffd")]
    [InlineData(@"\\\\ud800", @"\\ud800")]
    [InlineData(@"\""\ud800", "\"\ufffd")]
    [InlineData(@"\ud83d\\ude00", @"�\ude00")]
    [InlineData(@"\ud83d\u005cude00", @"�\ude00")]
    public void Half_a_character_is_replaced_and_nothing_else(string escaped, string expected)
    {
        using var content = new JsonBody(64).Read(Deliveries.Of($$"""{ "a{{escaped}}": ["{{escaped}}"] }"""));

        var member = content.Root.EnumerateObject().Single();
        Assert.Equal("a" + expected, member.Name);
        Assert.Equal(expected, member.Value[0].GetString());
    }

    [Fact]
    public void Half_a_character_is_replaced_wherever_it_stands() => Gen.OneOf(Pieces).Array[0, 12].Sample(pieces =>
    {
        var expected = new StringBuilder();
        for (var i = 0; i < pieces.Length; i++)
        {
            var isPair = pieces[i].Json is High or @"\uD800" && i + 1 < pieces.Length && pieces[i + 1].Json is Low or @"\uDFFF";
            expected.Append(isPair ? Decoded(pieces[i].Json + pieces[i + 1].Json) : pieces[i].Meaning);
            i += isPair ? 1 : 0;
        }

        using var content = new JsonBody(64).Read(Deliveries.Of($"\"{string.Concat(pieces.Select(piece => piece.Json))}\""));
        Assert.Equal(expected.ToString(), content.Root.GetString());
    }, iter: 2000);

    [Fact]
    public void A_body_without_any_is_not_copied()
    {
        ReadOnlyMemory<byte> body = Encoding.UTF8.GetBytes("""{ "a": "\ud83d\ude00 \\ud800 \n" }""");

        Assert.True(body.Equals(LoneSurrogates.Replace(body)));
    }

    [Fact]
    public void The_senders_bytes_stay_as_they_are()
    {
        var body = Encoding.UTF8.GetBytes("\"\\ud800\"");

        LoneSurrogates.Replace(body);

        Assert.Equal("\"\\ud800\"", Encoding.UTF8.GetString(body));
    }

    [Theory]
    [InlineData(@"\")]
    [InlineData(@"\u")]
    [InlineData(@"\ud8")]
    [InlineData(@"\ud83d\")]
    [InlineData(@"\ud83d\ud")]
    [InlineData(@"\uzzzz")]
    [InlineData(@"\u+d80")]
    public void What_is_cut_off_is_no_reason_to_fail(string bytes) => LoneSurrogates.Replace(Encoding.UTF8.GetBytes(bytes));

    private static string Decoded(string pair) => JsonSerializer.Deserialize<string>($"\"{pair}\"")!;
}
