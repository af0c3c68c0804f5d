using Server.Tests.Support;
using UserSync.Receiving.Verification;

namespace Server.Tests.Deliveries;

/// <summary>
/// What is signed with a time is believed around that time only: the clock is moved, in both directions, to the limit and past it.
/// </summary>
[Collection(nameof(DeliveryGroup))]
public sealed class FreshnessTests(DeliveryWorld fixture)
{
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1);

    private readonly ServerWorld world = fixture.World;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Timed() => RecordedDelivery.Names(delivery => delivery.Tolerance is not null);

    public static TheoryData<string> WithoutTime() =>
        RecordedDelivery.Names(delivery => delivery.IsSigned && delivery.Tolerance is null && delivery.SchemeType != "jwt");

    [Theory, MemberData(nameof(Timed))]
    public async Task At_the_limit_a_delivery_is_believed_and_past_it_not(string name)
    {
        var delivery = RecordedDelivery.Find(name);
        var expected = ExpectedAnswer.Of(delivery);
        var tolerance = delivery.Tolerance!.Value;

        Assert.Equal(expected.Status, await StatusAsync(delivery, tolerance));
        Assert.Equal(expected.Status, await StatusAsync(delivery, -tolerance));
        Assert.Equal(expected.RefusedWith, await StatusAsync(delivery, tolerance + Instant));
        Assert.Equal(expected.RefusedWith, await StatusAsync(delivery, -tolerance - Instant));
    }

    [Theory, MemberData(nameof(WithoutTime))]
    public async Task A_delivery_without_a_signed_time_is_believed_at_any_time(string name)
    {
        var delivery = RecordedDelivery.Find(name);

        Assert.Equal(ExpectedAnswer.Of(delivery).Status, await StatusAsync(delivery, TimeSpan.FromDays(1000)));
    }

    [Fact]
    public async Task A_token_is_believed_until_it_expires()
    {
        // exp is 3,599 seconds after the recorded clock, iat two seconds before it; five minutes of difference between clocks are allowed.
        var delivery = RecordedDelivery.Find("wix");

        Assert.Equal(200, await StatusAsync(delivery, TimeSpan.FromSeconds(3598 + 300)));
        Assert.Equal(401, await StatusAsync(delivery, TimeSpan.FromSeconds(3598 + 300) + Instant));
        Assert.Equal(200, await StatusAsync(delivery, TimeSpan.FromSeconds(-2 - 300)));
        Assert.Equal(401, await StatusAsync(delivery, TimeSpan.FromSeconds(-2 - 300) - Instant));
    }

    [Fact]
    public async Task A_security_event_has_no_end_and_is_not_from_the_future()
    {
        var delivery = RecordedDelivery.Find("secevent-scim");

        Assert.Equal(202, await StatusAsync(delivery, TimeSpan.FromDays(1000)));
        Assert.Equal(202, await StatusAsync(delivery, TimeSpan.FromSeconds(-2 - 300)));
        Assert.Equal(400, await StatusAsync(delivery, TimeSpan.FromSeconds(-2 - 300) - Instant));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1767225600")]
    [InlineData("1767225600.5")]
    [InlineData("99999999999999999999999")]
    [InlineData("9223372036854775807")]
    [InlineData("0x69")]
    public async Task A_time_that_cannot_be_read_is_refused_even_where_it_is_signed(string time)
    {
        var source = world.Sources.Find("bamboohr-event")!;
        var delivery = RecordedDelivery.Find("bamboohr.event");
        var headers = delivery.HeadersWith("X-BambooHR-Timestamp", time);
        headers["X-BambooHR-Signature"] = Signing.BambooHr(delivery.Body, delivery, time);

        using var received = delivery.ToDelivery(source, headers: headers);
        var result = await source.Verifier.VerifyAsync(received, world.Secrets, Cancel);

        Assert.True(result.Verdict is Verdict.MissingTimestamp or Verdict.StaleTimestamp, $"It was {result.Verdict}.");
    }

    private async Task<int> StatusAsync(RecordedDelivery delivery, TimeSpan later) =>
        (await world.SendAsync(delivery, Cancel, at: delivery.ReceivedAt + later)).Status;
}
