using System.Text;
using System.Text.Json.Nodes;
using Truto.Crm;
using Truto.Http;

namespace Truto.Tests.Http;

public sealed class JsonBufferTests
{
    [Fact]
    public void A_buffer_in_use_is_not_handed_out_again()
    {
        using var one = JsonBuffer.Take();
        one.Writer.WriteStringValue("one");
        using var other = JsonBuffer.Take();
        other.Writer.WriteStringValue("other");

        Assert.Equal("\"one\"", Encoding.UTF8.GetString(one.ToArray()));
        Assert.Equal("\"other\"", Encoding.UTF8.GetString(other.ToArray()));
    }

    [Fact]
    public void What_could_not_be_written_is_not_in_what_is_written_next()
    {
        var unwritable = new CrmUserPatch { Email = "ada@example.com", RemoteData = new JsonObject { ["score"] = double.NaN } };

        Assert.ThrowsAny<ArgumentException>(unwritable.ToUtf8Json);

        Assert.Equal("""{"name":"Ada"}""", Encoding.UTF8.GetString(new CrmUserPatch { Name = "Ada" }.ToUtf8Json()));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(200_000)]
    public void A_body_may_be_of_any_length(int length)
    {
        var patch = new CrmUserPatch { Name = new string('a', length) };

        Assert.Equal(length + 11, patch.ToUtf8Json().Length);
        Assert.Equal(length + 11, patch.ToUtf8Json().Length);
    }
}
