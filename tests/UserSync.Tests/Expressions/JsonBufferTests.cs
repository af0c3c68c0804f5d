using System.Text;
using UserSync.Expressions;

namespace UserSync.Tests.Expressions;

/// <summary>What is written with a buffer that a thread keeps is what was written with it now, and nothing else.</summary>
public sealed class JsonBufferTests
{
    [Fact]
    public void The_next_who_takes_it_finds_it_empty()
    {
        using (var first = JsonBuffer.Take())
        {
            first.Writer.WriteStringValue("a value that nobody else is to see");
            Assert.Equal("\"a value that nobody else is to see\"", Text(first));
        }

        using var second = JsonBuffer.Take();
        second.Writer.WriteNumberValue(1);
        Assert.Equal("1", Text(second));
    }

    [Fact]
    public void Two_that_are_used_at_the_same_time_do_not_meet()
    {
        using var outer = JsonBuffer.Take();
        outer.Writer.WriteStartArray();
        using (var inner = JsonBuffer.Take())
        {
            Assert.NotSame(outer, inner);
            inner.Writer.WriteBooleanValue(true);
            Assert.Equal("true", Text(inner));
        }

        outer.Writer.WriteEndArray();
        Assert.Equal("[]", Text(outer));
    }

    [Fact]
    public void Whoever_fails_in_the_middle_leaves_nothing_behind()
    {
        Assert.Throws<FormatException>(() => JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WritePropertyName("half");
            throw new FormatException();
        }));
        Assert.Equal("{}", JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteEndObject();
        }).GetRawText());
    }

    [Fact]
    public void What_is_written_stays_when_the_next_writes()
    {
        var first = JsonText.Write(writer => writer.WriteStringValue("first"));
        JsonText.Write(writer => writer.WriteStringValue("other"));
        Assert.Equal("first", first.GetString());
    }

    [Fact]
    public void A_very_large_one_is_not_kept()
    {
        JsonBuffer large;
        using (large = JsonBuffer.Take())
        {
            large.Writer.WriteStringValue(new string('x', 100_000));
            Assert.Equal(100_002, large.Written.Length);
        }

        using var next = JsonBuffer.Take();
        Assert.NotSame(large, next);
    }

    [Fact]
    public void Answers_are_written_readably_and_nothing_else_is()
    {
        for (var i = 0; i < 2; i++)
        {
            using var readable = JsonBuffer.TakeReadable();
            using var other = JsonBuffer.Take();
            readable.Writer.WriteStringValue("<ü>");
            other.Writer.WriteStringValue("<ü>");

            Assert.Equal(("\"<ü>\"", "\"\\u003C\\u00FC\\u003E\""), (Text(readable), Text(other)));
        }
    }

    private static string Text(JsonBuffer buffer) => Encoding.UTF8.GetString(buffer.Written);
}
