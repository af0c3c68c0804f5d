using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Stores.Tests.Contract;
using UserSync.Ledger;
using UserSync.Sqlite;

namespace Stores.Tests.Sqlite;

public sealed class LedgerSlotTests : IAsyncLifetime
{
    private static readonly UserKey Ada = new("account-1", "ada");

    private readonly SqliteFixture fixture = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ILedgerStore Ledgers => fixture.Stores.Ledgers;

    public ValueTask InitializeAsync() => fixture.InitializeAsync();

    public ValueTask DisposeAsync() => fixture.DisposeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(LedgerSlot.Count - 1)]
    public async Task Users_with_nearly_the_same_hash_have_each_their_own_ledger(int others)
    {
        await TakeAsync(others);

        Assert.Null((await Ledgers.ReadAsync(Ada, Cancellation)).Version);
        Assert.NotNull(await Ledgers.TryWriteAsync(Ada, Samples.Ledger("a"), null, Cancellation));
        Assert.Null(await Ledgers.TryWriteAsync(Ada, Samples.Ledger("b"), null, Cancellation));
        var row = await Ledgers.ReadAsync(Ada, Cancellation);
        Assert.NotNull(await Ledgers.TryWriteAsync(Ada, Samples.Ledger("c"), row.Version, Cancellation));
        Assert.Null(await Ledgers.TryWriteAsync(Ada, Samples.Ledger("d"), row.Version, Cancellation));

        Assert.Equal(Samples.Text(Samples.Ledger("c")), Samples.Text((await Ledgers.ReadAsync(Ada, Cancellation)).Ledger));
        Assert.Equal($"{others}", SqliteFixture.Ask(fixture.Database, "SELECT count(*) FROM ledgers WHERE ledger = x'00' AND version = 1"));
    }

    [Fact]
    public async Task A_user_for_whom_no_slot_is_left_is_refused_and_nobody_else_is_harmed()
    {
        await TakeAsync(LedgerSlot.Count);

        var exception = await Assert.ThrowsAsync<SqliteStoreException>(
            async () => await Ledgers.TryWriteAsync(Ada, Samples.Ledger("a"), null, Cancellation));

        Assert.Equal("Nothing was written. All 16 slots for a new user's ledger are taken by others.", exception.Message);
        Assert.Equal("16", SqliteFixture.Ask(fixture.Database, "SELECT count(*) FROM ledgers WHERE ledger = x'00' AND version = 1"));
    }

    [Fact]
    public void A_slot_never_changes_because_files_are_kept()
    {
        Assert.Equal(2_912_539_055_958_692_920, LedgerSlot.First(Ada));
        Assert.Equal(1_347_073_032_622_052_711, LedgerSlot.First(new UserKey("62f44730-dd91-461e-bd6a-aedd9e0ad79d", "é😀")));
    }

    [Fact]
    public void The_slot_of_a_user_is_its_own_whoever_was_asked_for_before_and_at_the_same_time() =>
        Parallel.For(0, 20_000, i =>
        {
            var user = new UserKey($"account-{i % 7}", $"user-{i % 1_000}");
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{user.Account}\n{user.UserId}"));

            Assert.Equal((long)(BinaryPrimitives.ReadUInt64BigEndian(hash) >> 2), LedgerSlot.First(user));
        });

    /// <summary>Has other users take the first of the slots in which a ledger may stand.</summary>
    private async Task TakeAsync(int others)
    {
        var first = LedgerSlot.First(Ada);
        await fixture.Database.WriteAsync(
            session =>
            {
                // The first of them is in the same account, the others have the same id.
                for (var i = 0; i < others; i++)
                {
                    session.Run(
                        "INSERT INTO ledgers (slot, account, user_id, version, ledger) VALUES (?1, ?2, ?3, 1, x'00')",
                        first + i,
                        i == 0 ? Ada.Account : i.ToString(CultureInfo.InvariantCulture),
                        i == 0 ? "bob" : Ada.UserId);
                }

                return others;
            },
            Cancellation);
    }
}
