using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using Server.Tests.Support;
using Truto.Sandbox;
using UserSync.Processing;

namespace Server.Tests.Serving;

public sealed class ServerTests : IAsyncLifetime
{
    private const string Account = "5a17e000-0000-4000-8000-00000000f00d";

    private readonly SourceFolder folder = new(
        ("open", SourceFolder.Minimal("""
            "verify": { "scheme": "none" }, "id": ["a", "b"]
            """)),
        ("closed", SourceFolder.Minimal("""
            "preset": "workos", "secrets": ["closed-secret"]
            """)),
        ("greeting", SourceFolder.Minimal("""
            "preset": "okta", "secrets": ["closed-secret"]
            """)));

    private ServerWorld? world;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ServerWorld World => world!;

    public async ValueTask InitializeAsync()
    {
        world = await ServerWorld.StartAsync(
            folder.Path,
            [KeyValuePair.Create("closed-secret", "a secret")],
            KeyValuePair.Create("Receiving:MaxBodyBytes", "4096"),
            KeyValuePair.Create("Receiving:MaxEvents", "3"));
        world.Truto.PutUser(Account, new SandboxUser("1"));
    }

    public async ValueTask DisposeAsync()
    {
        await World.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Health_is_ready_while_every_source_runs()
    {
        var answer = await GetAsync("/api/health");

        Assert.Equal((200, "application/json"), (answer.Status, answer.ContentType));
        Assert.Equal("""{"status":"ready","sources":3,"store":true,"queue":{"messages":0,"oldestSeconds":0},"worker":{"completed":0,"completedPerSecond":0,"putOff":0,"failed":0}}""", answer.Body);
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
    }

    [Fact]
    public void Nothing_makes_keys_on_the_disk_that_nobody_uses()
    {
        Assert.Contains(World.HostedServices, service => service is QueueWorker);
        Assert.DoesNotContain(World.HostedServices, service => service.GetType().Assembly == typeof(IDataProtectionBuilder).Assembly);
    }

    [Fact]
    public async Task An_unknown_source_is_404() => (await PostAsync("nobody", "{}")).AssertProblem(404, "unknown-source");

    [Theory]
    [InlineData("OPEN")]
    [InlineData("open%2F..%2Fclosed")]
    [InlineData("open.json")]
    public async Task A_source_has_one_spelling(string name) => (await PostAsync(name, "{}")).AssertProblem(404, "unknown-source");

    [Theory]
    [InlineData("/api/webhooks/open", 422)]
    [InlineData("/api/webhooks/open/", 422)]
    [InlineData("/API/Webhooks/open", 422)]
    [InlineData("/api/webhooks/op%65n", 422)]
    [InlineData("/api/webhooks/open?a=b", 422)]
    [InlineData("/api/webhooks/", 404)]
    [InlineData("/api/webhooks/open/more", 404)]
    public async Task The_address_of_a_source_may_be_spelt_as_any_other(string path, int status)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent("{}") };

        Assert.Equal(status, (await World.SendAsync(request, Cancel)).Status);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("OPTIONS")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("PURGE")]
    public async Task A_wrong_method_is_405_and_says_which_is_right(string method)
    {
        var answer = await World.SendAsync(new HttpRequestMessage(new HttpMethod(method), "/api/webhooks/open"), Cancel);

        answer.AssertProblem(405, "wrong-method");
        Assert.Equal("POST", answer.Headers["Allow"]);
    }

    [Fact]
    public async Task A_method_that_is_right_for_a_handshake_only_is_405_for_anything_else()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/webhooks/greeting");
        request.Headers.TryAddWithoutValidation("Authorization", "a secret");

        (await World.SendAsync(request, Cancel)).AssertProblem(405, "wrong-method");
    }

    [Fact]
    public async Task A_body_of_the_largest_size_is_taken_and_one_byte_more_is_413()
    {
        Assert.Equal(422, (await PostAsync("open", Padded(4096))).Status);
        (await PostAsync("open", Padded(4097))).AssertProblem(413, "too-large");
        (await PostAsync("closed", Padded(4097))).AssertProblem(413, "too-large");
    }

    [Fact]
    public async Task A_body_without_a_length_is_413_as_soon_as_it_is_too_large() =>
        (await PostInChunksAsync(Padded(100_000))).AssertProblem(413, "too-large");

    [Fact]
    public async Task A_body_without_a_length_that_is_small_enough_is_taken() =>
        Assert.Equal(200, (await PostInChunksAsync("""{"id":1,"email":"a@example.com"}""")).Status);

    [Fact]
    public async Task Nesting_is_bounded()
    {
        Assert.Equal(200, (await PostAsync("open", $"""{"{"}"id":9,"a":{Nested(63)}{"}"}""")).Status);
        (await PostAsync("open", $"""{"{"}"id":9,"a":{Nested(64)}{"}"}""")).AssertProblem(400, "not-understood");
    }

    [Fact]
    public async Task More_events_than_allowed_are_413()
    {
        Assert.Equal(3, (await PostAsync("open", "[{},{},{}]")).Json.GetArrayLength());
        (await PostAsync("open", "[{},{},{},{}]")).AssertProblem(413, "not-understood");
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("{")]
    [InlineData("{}{}")]
    [InlineData("{'id':1}")]
    [InlineData("""{"id":1,}""")]
    [InlineData("NaN")]
    public async Task What_is_no_JSON_is_400(string body) => (await PostAsync("open", body)).AssertProblem(400, "not-understood");

    [Fact]
    public async Task What_is_no_text_is_400() =>
        (await World.PostAsync("open", new byte[] { (byte)'"', 0xC3, 0x28, (byte)'"' }, Cancel)).AssertProblem(400, "not-understood");

    // Convoy joins the parts of a dedupe key without a separator.
    [Fact]
    public async Task Ids_of_several_parts_differ_whenever_a_part_does()
    {
        var answer = await PostAsync("open", """[{"a":"ab","b":"c"},{"a":"a","b":"bc"},{"a":"abc","b":""}]""");
        var escaped = await PostAsync("open", """[{"a":"a|b","b":"c"},{"a":"a","b":"b|c"},{"a":"a\\|b","b":"c"}]""");

        var outcomes = answer.Json.EnumerateArray().Concat(escaped.Json.EnumerateArray());
        Assert.Equal(6, outcomes.Select(outcome => outcome.GetProperty("event").GetString()).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task A_target_that_does_not_answer_is_504()
    {
        World.Truto.Faults.Next(SandboxFault.Hang);

        var answer = PostAsync("open", """{"id":1,"email":"a@example.com"}""");
        while (!answer.IsCompleted)
        {
            World.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(answer, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancel));
        }

        (await answer).AssertProblem(504, "timeout");
    }

    [Fact]
    public async Task Updates_that_do_not_get_their_turn_in_time_are_504_and_the_others_are_not_lost()
    {
        World.Truto.Faults.Next(SandboxFault.None);
        World.Truto.Faults.Next(SandboxFault.Hang);

        var answer = PostAsync("open", """[{"a":"1","b":"x","id":1,"email":"a@example.com"},{"a":"2","b":"x","id":1,"email":"b@example.com"},{"a":"3","b":"x","id":1,"email":"c@a.bc"}]""");
        var isFirstDone = false;
        while (!answer.IsCompleted)
        {
            // However slow the machine is, time does not pass for the update that goes well.
            isFirstDone |= World.Log.Lines.Any(line => line.Contains(" carried ", StringComparison.Ordinal));
            World.Clock.Advance(isFirstDone ? TimeSpan.FromSeconds(1) : TimeSpan.Zero);
            await Task.WhenAny(answer, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancel));
        }

        Assert.Equal(504, (await answer).Status);
        Assert.Equal("applied", (await answer).Json[0].GetProperty("outcome").GetString());
        Assert.Equal("failed", (await answer).Json[1].GetProperty("outcome").GetString());
    }

    [Theory]
    [InlineData(SandboxFault.None)]
    [InlineData(SandboxFault.TrutoError)]
    public async Task What_became_of_an_update_is_logged_once_and_in_our_words(SandboxFault fault)
    {
        World.Truto.Faults.Next(fault);

        await PostAsync("open", """{"id":1,"email":"new@example.com"}""");

        Assert.DoesNotContain(World.Log.Lines, line => line.Contains("Resilience pipeline executed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_answer_says_is_the_answer_of_Truto()
    {
        var answer = await PostAsync("open", """{"id":1,"email":"new@example.com"}""");

        Assert.Equal("new@example.com", answer.Json.GetProperty("email").GetString());
        Assert.Equal("1", answer.Json.GetProperty("id").GetString());
    }

    [Fact]
    public async Task Options_out_of_bounds_stop_the_start_with_every_error_at_once()
    {
        var thrown = await Assert.ThrowsAsync<OptionsValidationException>(() => ServerWorld.StartAsync(
            folder.Path,
            [],
            KeyValuePair.Create("Receiving:MaxBodyBytes", "1"),
            KeyValuePair.Create("Receiving:MaxDepth", "1000"),
            KeyValuePair.Create("Receiving:MaxEvents", "0"),
            KeyValuePair.Create("Receiving:PublicUrl", "ftp://example.com")));

        Assert.Equal(4, thrown.Failures.Count());
        Assert.Contains("Receiving:MaxDepth is 1000; it can be from 4 to 256.", thrown.Failures);
    }

    private static string Padded(int length) => """{"id":9,"email":"a@example.com"}""".PadRight(length);

    private static string Nested(int depth) => new string('[', depth) + new string(']', depth);

    private async Task<Answer> GetAsync(string path) => await World.SendAsync(new HttpRequestMessage(HttpMethod.Get, path), Cancel);

    private Task<Answer> PostAsync(string source, string body) => World.PostAsync(source, body, Cancel);

    private Task<Answer> PostInChunksAsync(string body)
    {
        var content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(body)));
        content.Headers.ContentLength = null;
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/webhooks/open") { Content = content };
        request.Headers.TransferEncodingChunked = true;
        return World.SendAsync(request, Cancel);
    }
}
