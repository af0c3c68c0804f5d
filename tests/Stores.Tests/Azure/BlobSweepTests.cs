using Microsoft.Extensions.Time.Testing;
using Stores.Tests.Contract;
using UserSync.Azure.Storage;
using UserSync.Ledger;
using UserSync.Outcomes;

namespace Stores.Tests.Azure;

public sealed class BlobSweepTests(AzuriteServer server) : AzureTest(server)
{
    private static readonly DateTimeOffset LongAgo = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Content = [1, 2, 3];

    [Fact]
    public async Task What_a_row_or_an_open_event_refers_to_stays_however_old()
    {
        await FillAsync();
        var before = await BlobsAsync();

        await PruneInAsync(TimeSpan.FromDays(1000));

        Assert.Equal(5, before.Count);
        Assert.Equal(before, await BlobsAsync());
    }

    [Theory]
    [InlineData(ContentBlobs.Ledgers, 1)]
    [InlineData(ContentBlobs.Outcomes, 1)]
    [InlineData(ContentBlobs.Updates, 1)]
    [InlineData(ContentBlobs.Messages, 14)]
    public async Task What_nothing_refers_to_is_removed_when_it_is_old_enough(string kind, int days)
    {
        await FillAsync();
        var used = await BlobsAsync();
        foreach (var digest in used.Select(name => name.Split('/')[1]).Append(TableKey.Of("unknown")).Distinct(StringComparer.Ordinal))
        {
            await Account.Blobs.AddAsync(kind, digest, Content, Cancellation);
        }

        var before = await BlobsAsync();
        await PruneInAsync(TimeSpan.FromDays(days) - TimeSpan.FromMinutes(5));
        var young = await BlobsAsync();
        await PruneInAsync(TimeSpan.FromDays(days) + TimeSpan.FromMinutes(5));
        var old = await BlobsAsync();

        // Of an open event, every message stays: it may be the one that is still on the queue.
        var isMessage = kind == ContentBlobs.Messages;
        Assert.True(before.Count >= used.Count + 4);
        Assert.Equal(before, young);
        Assert.Equal(used, old.Intersect(used, StringComparer.Ordinal));
        Assert.Equal(isMessage ? used.Count + 1 : used.Count, old.Count);
    }

    [Fact]
    public async Task A_message_of_an_event_that_has_ended_is_removed()
    {
        await FillAsync();
        await Stores.Outcomes.ConcludeAsync([Samples.Ended("open", OutcomeStatus.Applied, LongAgo)], Cancellation);

        await PruneInAsync(TimeSpan.FromDays(15));

        Assert.DoesNotContain(await BlobsAsync(), blob => blob.StartsWith("messages/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("somebody-elses.txt")]
    [InlineData("messages/readme")]
    [InlineData("messages/xyz/0")]
    public async Task What_was_not_written_here_stays(string name)
    {
        await Account.Container.CallAsync(
            "write", (container, token) => container.UploadBlobAsync(name, new BinaryData(Content), token), Cancellation);

        await PruneInAsync(TimeSpan.FromDays(1000));

        Assert.Equal([name], await BlobsAsync());
    }

    /// <summary>One blob of each kind that is in use, and two of the outcome.</summary>
    private async Task FillAsync()
    {
        var open = Samples.Received("open", DateTimeOffset.MaxValue) with
        {
            Event = Samples.JsonOf(2_000_000),
            EventType = Convert.ToBase64String(Noise(300_000)),
        };
        await Stores.Outcomes.ReceiveAsync([open], Cancellation);
        await Stores.Ledgers.TryWriteAsync(new UserKey("a", "ada"), Samples.Ledger("a", 2_000_000), null, Cancellation);
        await Stores.Queue.EnqueueAsync([Samples.Message("open") with { Event = Samples.JsonOf(100_000) }], TimeSpan.Zero, Cancellation);
        var update = new Update
        {
            Id = "update-1",
            Account = "a",
            UserId = "ada",
            Patch = Samples.JsonOf(2_000_000),
            StartedAt = DateTimeOffset.MaxValue,
            Duration = TimeSpan.Zero,
            Events = 1,
        };
        await Stores.Outcomes.SaveAsync(update, Cancellation);
    }

    private static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    private Task<long> PruneInAsync(TimeSpan later) =>
        Fixture.Open(clock: new FakeTimeProvider(Fixture.Now + later)).Outcomes.PruneAsync(LongAgo, Cancellation);
}
