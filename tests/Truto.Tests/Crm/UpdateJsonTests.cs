using System.Text;
using System.Text.Json;
using Truto.Crm;
using Truto.Tests.Support;

namespace Truto.Tests.Crm;

public sealed class UpdateJsonTests
{
    private const string Patch = """ { "email" : "ada@example.com","tier":{"a":[1,null]}, "name":"\u00e9" } """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(CrmUserFormat.Unified, "unified")]
    [InlineData(CrmUserFormat.Raw, "raw")]
    [InlineData(CrmUserFormat.Normalized, "normalized")]
    public async Task The_patch_is_sent_byte_for_byte(CrmUserFormat format, string name)
    {
        await using var server = await Server.StartAsync(200, "{}");

        await server.Users().UpdateJsonAsync("a/b", Utf8(Patch), format, new TrutoCall { IntegratedAccountId = "x" }, Cancellation);

        var sent = server.Single;
        Assert.Equal(("PATCH", Patch), (sent.Method, sent.Body));
        Assert.Equal($"/unified/crm/users/a%2Fb?integrated_account_id=x&truto_response_format={name}", sent.Target);
        Assert.Equal("application/json", sent.Headers["Content-Type"]);
        Assert.Equal($"{Utf8(Patch).Length}", sent.Headers["Content-Length"]);
    }

    [Fact]
    public async Task Every_attempt_sends_the_patch()
    {
        var script = new Script(Script.Answer(500), Script.Answer(502), Script.Answer(200, "{}"));

        var response = await script.Users().UpdateJsonAsync("7", Utf8(Patch), cancellationToken: Cancellation);

        Assert.Equal(3, response.Attempts);
        Assert.All(script.Sent, sent => Assert.Equal((Patch, response.IdempotencyKey), (sent.Body, sent.Headers["Idempotency-Key"])));
    }

    [Theory]
    [InlineData(CrmUserFormat.Unified, """{"id":7}""")]
    [InlineData(CrmUserFormat.Raw, """{"result":{"id":7}}""")]
    [InlineData(CrmUserFormat.Normalized, """{"result":{"id":7}}""")]
    public async Task Only_a_unified_answer_loses_its_wrapper(CrmUserFormat format, string expected)
    {
        var script = new Script(Script.Answer(200, """{"result":{"id":7}}""", ("ratelimit-remaining", "3")));

        var response = await script.Users().UpdateJsonAsync("7", Utf8(Patch), format, cancellationToken: Cancellation);

        Assert.Equal(expected, response.Value!.Value.GetRawText());
        Assert.Equal(expected, response.Body!.Value.GetRawText());
        Assert.Equal((200, 3), (response.StatusCode, response.RateLimit!.Remaining));
    }

    [Theory]
    [InlineData(CrmUserFormat.Unified)]
    [InlineData(CrmUserFormat.Raw)]
    public async Task Half_a_character_in_an_answer_is_replaced_and_can_be_written(CrmUserFormat format)
    {
        var script = new Script(Script.Answer(200, """{"id":"42","name":"\ud83d","a":["\uD83D\uDE00\ude00"]}"""));

        var response = await script.Users().UpdateJsonAsync("42", Utf8(Patch), format, cancellationToken: Cancellation);

        Assert.Equal("""{"id":"42","name":"\uFFFD","a":["\uD83D\uDE00\uFFFD"]}""", JsonSerializer.Serialize(response.Value));
    }

    [Theory]
    [InlineData(CrmUserFormat.Unified)]
    [InlineData(CrmUserFormat.Raw)]
    public async Task An_empty_answer_is_a_success(CrmUserFormat format)
    {
        var response = await new Script(Script.Answer(204)).Users()
            .UpdateJsonAsync("7", Utf8(Patch), format, cancellationToken: Cancellation);

        Assert.Equal((null, null, 204), (response.Value, response.Body, response.StatusCode));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("null")]
    [InlineData("[{\"name\":\"Ada\"}]")]
    [InlineData("\"Ada\"")]
    [InlineData("{\"name\":\"Ada\"")]
    [InlineData("{\"name\":Ada}")]
    [InlineData("{\"name\":\"Ada\",}")]
    [InlineData("{\"name\":\"Ada\"} {}")]
    [InlineData("{} Ada")]
    [InlineData("{/* Ada */}")]
    [InlineData("\ufeff{\"name\":\"Ada\"}")]
    public async Task A_patch_that_is_not_one_object_is_refused_without_repeating_it(string patch)
    {
        var error = await RefuseAsync(Utf8(patch));

        Assert.StartsWith("The patch is not one JSON object in UTF-8.", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Ada", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_patch_that_is_not_UTF8_is_refused()
    {
        var error = await RefuseAsync([.. "{\"a\":\""u8, 0xFF, .. "\"}"u8]);

        Assert.StartsWith("The patch is not one JSON object in UTF-8.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData(" { } ")]
    public async Task A_patch_without_fields_is_refused(string patch) => Assert.StartsWith(
        "The patch has no field set, so there is nothing to write.", (await RefuseAsync(Utf8(patch))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(1, """{"a":1}""", """{"a":[]}""")]
    [InlineData(3, """{"a":{"b":[1]}}""", """{"a":1,"b":[[[]]],"c":Ada}""")]
    [InlineData(3, """{"a":{"b":[1]}}""", """{"a":{"b":{"c":{}}}}""")]
    public async Task A_patch_may_be_nested_to_the_bound_and_no_deeper(int bound, string allowed, string refused)
    {
        var users = new Script(Script.Answer(200, "{}")).Users(configure: options => options.MaxJsonDepth = bound);

        await users.UpdateJsonAsync("7", Utf8(allowed), cancellationToken: Cancellation);
        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => users.UpdateJsonAsync("7", Utf8(refused), cancellationToken: Cancellation).AsTask());

        Assert.StartsWith($"The patch is nested deeper than MaxJsonDepth, {bound} levels.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_format_that_does_not_exist_is_refused()
    {
        var error = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => new Script().Users().UpdateJsonAsync("7", Utf8(Patch), (CrmUserFormat)3, cancellationToken: Cancellation).AsTask());

        Assert.StartsWith("There is no such format.", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static Task<ArgumentException> RefuseAsync(byte[] patch) => Assert.ThrowsAsync<ArgumentException>(
        () => new Script().Users().UpdateJsonAsync("7", patch, cancellationToken: Cancellation).AsTask());
}
