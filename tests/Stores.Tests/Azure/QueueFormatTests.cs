using System.Globalization;
using System.Text;
using System.Text.Json;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Stores.Tests.Contract;
using UserSync.Azure.Queue;
using UserSync.Queue;

namespace Stores.Tests.Azure;

public sealed class QueueFormatTests(AzuriteServer server) : AzureTest(server)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private LargeMessages Large => new(Account.Blobs, NullLogger<LargeMessages>.Instance);

    [Fact]
    public async Task A_message_is_base64_of_its_JSON_and_never_expires()
    {
        await Stores.Queue.EnqueueAsync([Samples.Message("evt-1")], TimeSpan.Zero, Cancellation);

        var message = await TakeAsync();

        Assert.Equal(Samples.Text(Samples.Message("evt-1")), Decode(message));
        Assert.Equal(9999, message.ExpiresOn?.Year);
    }

    [Fact]
    public async Task A_message_that_others_put_as_plain_JSON_is_taken()
    {
        await SendAsync("""{"source":"workos","event":{"email":"é😀"}}""");

        var taken = await ReceiveOneAsync();

        Assert.Equal("""{"source":"workos","event":{"email":"é😀"}}""", Encoding.UTF8.GetString(taken.Body.Span));
    }

    [Theory]
    [InlineData("not JSON, and not base64 either")]
    [InlineData("")]
    [InlineData("{\"source\":\"workos\",\"blob\":\"ledgers/0/1\"}")]
    [InlineData("{\"source\":\"workos\",\"blob\":\"messages/../../other/secret\"}")]
    [InlineData("{\"source\":\"workos\",\"blob\":7}")]
    [InlineData("{\"blob\"")]
    public async Task What_nobody_understands_is_taken_as_it_is(string text)
    {
        await SendAsync(text);

        var taken = await ReceiveOneAsync();
        var resolved = await Large.ResolveAsync(text, Cancellation);

        Assert.Equal(text, Encoding.UTF8.GetString(taken.Body.Span));
        Assert.Equal(text, Encoding.UTF8.GetString(resolved!.Value.Span));
    }

    [Fact]
    public async Task The_poison_queue_is_there_too()
    {
        await Stores.Queue.MeasureAsync(Cancellation);

        var poison = new QueueClient(Fixture.Options.ConnectionString, Fixture.Options.QueueName + "-poison");
        Assert.True((await poison.ExistsAsync(Cancellation)).Value);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(100_000)]
    public async Task A_message_was_put_on_the_queue_at_the_same_time_each_time_that_it_is_taken(int bytes)
    {
        var before = Fixture.Now;
        await Stores.Queue.EnqueueAsync([MessageOf(bytes)], TimeSpan.Zero, Cancellation);
        var after = Fixture.Now;
        var first = await ReceiveOneAsync();
        await Stores.Queue.ReleaseAsync(first, Cancellation);
        await Task.Delay(TimeSpan.FromSeconds(1.1), TimeProvider.System, Cancellation);

        var second = await ReceiveOneAsync();

        Assert.InRange(first.QueuedAt!.Value, before.AddMilliseconds(-1), after.AddSeconds(1));
        Assert.Equal((2, first.QueuedAt), (second.DequeueCount, second.QueuedAt));
    }

    [Theory]
    [InlineData("2026-02-03T04:05:06+00:00", "2026-02-03T04:05:06.9999999+00:00")]
    [InlineData("\"2026-02-03T04:05:06Z\"", "2026-02-03T04:05:06.9999999+00:00")]
    [InlineData("\"2026-02-03T05:05:06.5+01:00\"", "2026-02-03T04:05:06.9999999+00:00")]
    [InlineData("2026-02-03T04:05:06", "2026-02-03T04:05:06.9999999+00:00")]
    [InlineData("yesterday", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void The_time_is_read_as_the_Functions_host_says_it(string? metadata, string? time) =>
        Assert.Equal(time is null ? null : DateTimeOffset.Parse(time, CultureInfo.InvariantCulture), InsertionTime.Read(metadata));

    [Fact]
    public void The_time_is_also_read_where_the_host_says_it_as_a_time() => Assert.Equal(
        new DateTimeOffset(2026, 2, 3, 4, 5, 7, TimeSpan.Zero).AddTicks(-1),
        InsertionTime.Read(new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero)));

    [Fact]
    public async Task What_cannot_be_given_up_now_waits_in_the_poison_queue()
    {
        await new PoisonQueue(Account).PutOffAsync("not JSON, and not base64 either", Cancellation);

        var waiting = await Account.Poison.CallAsync("be measured", (queue, token) => queue.GetPropertiesAsync(token), Cancellation);
        var visible = await Account.Poison.CallAsync(
            "take", (queue, token) => queue.ReceiveMessagesAsync(1, cancellationToken: token), Cancellation);
        Assert.Equal((1, 0), (waiting.Value.ApproximateMessagesCount, visible.Value.Length));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task A_message_of_48_KiB_stands_on_the_queue_and_one_byte_more_goes_to_a_blob(int more, bool isOnQueue)
    {
        var message = MessageOf((48 * 1024) + more);

        await Stores.Queue.EnqueueAsync([message], TimeSpan.Zero, Cancellation);

        var text = Decode(await TakeAsync());
        Assert.Equal(isOnQueue, text == Samples.Text(message));
        Assert.Equal(isOnQueue ? 0 : 1, (await BlobsAsync()).Count);
    }

    [Fact]
    public async Task A_reference_says_the_version_the_source_and_the_blob()
    {
        await Stores.Queue.EnqueueAsync([MessageOf(100_000)], TimeSpan.Zero, Cancellation);

        var reference = JsonElement.Parse(Decode(await TakeAsync()));

        Assert.Equal(["version", "source", "blob"], reference.EnumerateObject().Select(member => member.Name));
        Assert.Equal(1, reference.GetProperty("version").GetInt32());
        Assert.Equal("workos", reference.GetProperty("source").GetString());
        Assert.Equal(Assert.Single(await BlobsAsync()), reference.GetProperty("blob").GetString());
    }

    [Fact]
    public async Task A_source_with_an_endless_name_does_not_make_the_reference_too_large()
    {
        var message = Samples.Message("evt-1") with { Source = Samples.Noise(100_000) };

        await Stores.Queue.EnqueueAsync([message], TimeSpan.Zero, Cancellation);

        Assert.Equal(Samples.Text(message), Encoding.UTF8.GetString((await ReceiveOneAsync()).Body.Span));
    }

    [Fact]
    public async Task A_blob_goes_with_its_message()
    {
        await Stores.Queue.EnqueueAsync([MessageOf(100_000)], TimeSpan.Zero, Cancellation);
        var first = Assert.Single(await BlobsAsync());
        await Stores.Queue.ReplaceAsync(await ReceiveOneAsync(), MessageOf(100_000) with { Attempt = 1 }, TimeSpan.Zero, Cancellation);
        var second = Assert.Single(await BlobsAsync());
        await Stores.Queue.CompleteAsync(await ReceiveOneAsync(), Cancellation);

        Assert.NotEqual(first, second);
        Assert.Empty(await BlobsAsync());
    }

    [Fact]
    public async Task Who_completes_too_late_leaves_the_blob_to_who_has_the_message_now()
    {
        await Stores.Queue.EnqueueAsync([MessageOf(100_000)], TimeSpan.Zero, Cancellation);
        var late = await ReceiveOneAsync();
        await Stores.Queue.ReleaseAsync(late, Cancellation);
        var holder = await ReceiveOneAsync();

        await Stores.Queue.CompleteAsync(late, Cancellation);

        Assert.Single(await BlobsAsync());
        await Stores.Queue.ReleaseAsync(holder, Cancellation);
        Assert.Equal(holder.Body.ToArray(), (await ReceiveOneAsync()).Body.ToArray());
    }

    [Fact]
    public async Task A_message_whose_blob_is_gone_has_ended_and_is_removed()
    {
        await Stores.Queue.EnqueueAsync([MessageOf(100_000), Samples.Message("evt-2")], TimeSpan.Zero, Cancellation);
        await Account.Blobs.RemoveAsync(Assert.Single(await BlobsAsync()), Cancellation);

        var taken = await Stores.Queue.ReceiveAsync(10, Minute, TimeSpan.Zero, Cancellation);

        Assert.Equal("evt-2", Samples.Read(Assert.Single(taken)).Id);
        Assert.Equal(1, (await Stores.Queue.MeasureAsync(Cancellation)).Messages);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_function_resolves_a_message_and_forgets_it_whether_the_host_has_decoded_it_or_not(bool isDecoded)
    {
        var large = MessageOf(100_000);
        await Stores.Queue.EnqueueAsync([large], TimeSpan.Zero, Cancellation);
        var message = await TakeAsync();
        var text = isDecoded ? Decode(message) : message.MessageText;

        var whole = await Large.ResolveAsync(text, Cancellation);
        await Large.ForgetAsync(text, Cancellation);
        var gone = await Large.ResolveAsync(text, Cancellation);
        await Large.ForgetAsync(text, Cancellation);

        Assert.Equal(Samples.Text(large), Encoding.UTF8.GetString(whole!.Value.Span));
        Assert.Null(gone);
        Assert.Empty(await BlobsAsync());
    }

    [Fact]
    public async Task A_function_has_nothing_to_fetch_or_forget_for_a_small_message()
    {
        var text = Samples.Text(Samples.Message("evt-1"));

        await Large.ForgetAsync(text, Cancellation);

        Assert.Equal(text, Encoding.UTF8.GetString((await Large.ResolveAsync(text, Cancellation))!.Value.Span));
    }

    [Fact]
    public async Task More_messages_than_one_call_hands_out_are_taken_in_several()
    {
        await Stores.Queue.EnqueueAsync([.. Enumerable.Range(0, 70).Select(i => Samples.Message($"evt-{i}"))], TimeSpan.Zero, Cancellation);

        Assert.Equal(70, (await Stores.Queue.ReceiveAsync(100, Minute, TimeSpan.Zero, Cancellation)).Count);
    }

    [Fact]
    public async Task A_delay_that_is_longer_than_the_service_takes_is_cut()
    {
        await Stores.Queue.EnqueueAsync([Samples.Message("evt-1")], TimeSpan.FromDays(30), Cancellation);

        Assert.Equal(1, (await Stores.Queue.MeasureAsync(Cancellation)).Messages);
        Assert.Empty(await Stores.Queue.ReceiveAsync(1, Minute, TimeSpan.Zero, Cancellation));
    }

    /// <summary>A message of exactly so many bytes.</summary>
    private static ChangeMessage MessageOf(int bytes)
    {
        var empty = Samples.Message("large") with { Event = Samples.JsonOf(0) };
        return empty with { Event = Samples.JsonOf(bytes - ChangeMessageJson.Write(empty).Length) };
    }

    private static string Decode(QueueMessage message) => Encoding.UTF8.GetString(Convert.FromBase64String(message.MessageText));

    private async Task<QueuedMessage> ReceiveOneAsync() =>
        Assert.Single(await Stores.Queue.ReceiveAsync(1, Minute, TimeSpan.Zero, Cancellation));

    private async Task<QueueMessage> TakeAsync()
    {
        var taken = await Account.Queue.CallAsync(
            "take", (queue, token) => queue.ReceiveMessagesAsync(1, cancellationToken: token), Cancellation);
        return Assert.Single(taken.Value);
    }

    private Task<Response<SendReceipt>> SendAsync(string text) =>
        Account.Queue.CallAsync("send", (queue, token) => queue.SendMessageAsync(text, token), Cancellation);
}
