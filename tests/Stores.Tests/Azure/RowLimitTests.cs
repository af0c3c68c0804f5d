using System.Security.Cryptography;
using Stores.Tests.Contract;
using UserSync.Azure.Storage;
using UserSync.Ledger;
using UserSync.Outcomes;

namespace Stores.Tests.Azure;

public sealed class RowLimitTests(AzuriteServer server) : AzureTest(server)
{
    private const int Kibibyte = 1024;

    private static readonly UserKey Ada = new("account-1", "ada");

    [Theory]
    [InlineData((63 * Kibibyte), "plain")]
    [InlineData((64 * Kibibyte), "plain")]
    [InlineData((64 * Kibibyte) + 1, "packed:1:65537")]
    [InlineData((65 * Kibibyte), "packed:1:66560")]
    [InlineData((200 * Kibibyte), "packed:2:204800")]
    [InlineData((1024 * Kibibyte), "packed:9:1048576")]
    public async Task A_ledger_at_a_limit_stands_in_its_row(int bytes, string form)
    {
        var ledger = LedgerOf(bytes);

        Assert.NotNull(await Stores.Ledgers.TryWriteAsync(Ada, ledger, null, Cancellation));

        Assert.Equal(form, Assert.Single(await RowsAsync(Account.Ledgers)).GetString("LedgerForm"));
        Assert.Empty(await BlobsAsync());
        Assert.Equal(Samples.Text(ledger), Samples.Text((await Stores.Ledgers.ReadAsync(Ada, Cancellation)).Ledger));
    }

    [Fact]
    public async Task A_ledger_that_does_not_fit_into_a_row_goes_to_a_blob_and_the_one_of_before_is_removed()
    {
        string? version = null;
        var seen = new List<string>();
        for (var turn = 0; turn < 3; turn++)
        {
            Assert.NotNull(await Stores.Ledgers.TryWriteAsync(Ada, LedgerOf((1800 * Kibibyte) + turn), version, Cancellation));
            version = (await Stores.Ledgers.ReadAsync(Ada, Cancellation)).Version;
            seen.Add(Assert.Single(await BlobsAsync()));
        }

        Assert.NotNull(await Stores.Ledgers.TryWriteAsync(Ada, UserLedger.Empty, version, Cancellation));

        Assert.Equal(3, seen.Distinct(StringComparer.Ordinal).Count());
        Assert.Empty(await BlobsAsync());
    }

    [Fact]
    public async Task A_large_ledger_that_is_refused_leaves_no_blob()
    {
        await Stores.Ledgers.TryWriteAsync(Ada, Samples.Ledger("a"), null, Cancellation);

        Assert.Null(await Stores.Ledgers.TryWriteAsync(Ada, LedgerOf(1800 * Kibibyte), null, Cancellation));

        Assert.Empty(await BlobsAsync());
    }

    [Fact]
    public async Task A_reader_that_finds_the_blob_of_before_gone_reads_the_row_again()
    {
        await Stores.Ledgers.TryWriteAsync(Ada, LedgerOf(1800 * Kibibyte), null, Cancellation);
        var version = (await Stores.Ledgers.ReadAsync(Ada, Cancellation)).Version;
        var wire = new Wire();
        var slow = Fixture.Open(wire.Connect);

        // Between the row and its blob, somebody else writes.
        var isOthersTurn = Wire.Once(
            request =>
                request.Method == HttpMethod.Get && request.RequestUri!.AbsolutePath.Contains("/ledgers/", StringComparison.Ordinal));
        wire.Between = async (request, send, _) =>
        {
            if (isOthersTurn(request))
            {
                Assert.NotNull(await Stores.Ledgers.TryWriteAsync(Ada, Samples.Ledger("b"), version, Cancellation));
            }

            return await send();
        };

        Assert.Equal(Samples.Text(Samples.Ledger("b")), Samples.Text((await slow.Ledgers.ReadAsync(Ada, Cancellation)).Ledger));
    }

    [Fact]
    public async Task A_ledger_whose_blob_is_gone_for_good_is_damaged()
    {
        await Stores.Ledgers.TryWriteAsync(Ada, LedgerOf(1800 * Kibibyte), null, Cancellation);
        await Account.Blobs.RemoveAsync(Assert.Single(await BlobsAsync()), Cancellation);

        await Assert.ThrowsAsync<InvalidDataException>(async () => await Stores.Ledgers.ReadAsync(Ada, Cancellation));
    }

    [Fact]
    public async Task A_forgotten_outcome_leaves_no_blob()
    {
        var received = Samples.Received("evt-1", Samples.Time) with { Event = Samples.JsonOf(2_000_000) };
        var reason = Convert.ToBase64String(RandomNumberGenerator.GetBytes(300_000));
        var failure = new Failure("mapping-failed", reason, IsTransient: false);
        var ended = Samples.Ended("evt-1", OutcomeStatus.Failed, Samples.Time) with { Failure = failure };
        await Stores.Outcomes.ReceiveAsync([received], Cancellation);
        await Stores.Outcomes.ConcludeAsync([ended], Cancellation);
        await Stores.Outcomes.ConcludeAsync([ended with { Attempts = 2 }], Cancellation);
        var kept = await BlobsAsync();

        Assert.Equal(1, await Stores.Outcomes.PruneAsync(Samples.Time.AddDays(1), Cancellation));

        Assert.Equal(2, kept.Count);
        Assert.Empty(await BlobsAsync());
        Assert.Empty(await RowsAsync(Account.Outcomes));
    }

    [Fact]
    public async Task A_forgotten_update_leaves_nothing()
    {
        var update = new Update
        {
            Id = "update-1",
            Account = "account-1",
            UserId = "ada",
            Patch = Samples.Json("{}"),
            Response = Samples.JsonOf(2_000_000),
            StartedAt = Samples.Time,
            Duration = TimeSpan.Zero,
            Events = 1,
        };
        await Stores.Outcomes.SaveAsync(update, Cancellation);
        Assert.Single(await BlobsAsync());

        await Stores.Outcomes.PruneAsync(Samples.Time.AddDays(1), Cancellation);

        Assert.Empty(await BlobsAsync());
        Assert.Empty(await RowsAsync(Account.Updates));
    }

    [Fact]
    public void A_row_has_room_for_its_parts_as_the_emulator_measures_it() =>
        Assert.InRange(EntityContent.MostPartsOfRow * EntityContent.PartSize * 4 / 3, 0, (1024 - 64) * Kibibyte);

    /// <summary>A ledger of exactly so many bytes.</summary>
    private static UserLedger LedgerOf(int bytes) =>
        Samples.Ledger(string.Empty, bytes - LedgerJson.Write(Samples.Ledger(string.Empty)).Length);
}
