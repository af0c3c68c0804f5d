using Server.Tests.Support;
using UserSync.Receiving.Verification;

namespace Server.Tests.Deliveries;

/// <summary>What others who receive webhooks got wrong, as far as it touches receiving: each mistake would fail here.</summary>
[Collection(nameof(DeliveryGroup))]
public sealed class PeerMistakeTests : IDisposable
{
    private readonly ServerWorld world;

    public PeerMistakeTests(DeliveryWorld fixture)
    {
        world = fixture.World;
        world.Truto.Calls.Clear();
        world.Truto.Faults.Clear();
        world.Log.Clear();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> SignedJson() => RecordedDelivery.Names(delivery =>
        delivery.SchemeType is "hmac" or "signature" or "digest" && delivery.Body is [(byte)'{' or (byte)'[', ..]);

    public static TheoryData<string> SignableJson() => RecordedDelivery.Names(delivery =>
        delivery.SchemeType is "hmac" or "digest" && delivery.Body is [(byte)'{' or (byte)'[', ..]);

    public void Dispose() => world.Truto.Faults.Clear();

    // Nango verifies HubSpot over JSON that it has written anew.
    [Theory, MemberData(nameof(SignedJson))]
    public async Task White_space_that_changes_nothing_in_JSON_breaks_the_signature(string name)
    {
        var delivery = RecordedDelivery.Find(name);

        var answer = await world.SendAsync(delivery, Cancel, [delivery.Body[0], (byte)' ', .. delivery.Body[1..]]);

        answer.AssertProblem(401, "not-verified");
    }

    [Theory, MemberData(nameof(SignableJson))]
    public async Task White_space_that_was_signed_does_not(string name)
    {
        var delivery = RecordedDelivery.Find(name);
        var source = world.Sources.Find(delivery.Source)!;
        byte[] body = [(byte)' ', delivery.Body[0], .. "\r\n\t "u8, .. delivery.Body[1..], .. " \n\n"u8];
        var draft = new DeliveryDraft { Url = delivery.Url.AbsoluteUri, Body = body, SignedAt = delivery.ReceivedAt };
        foreach (var (header, value) in delivery.Headers)
        {
            draft.Headers[header] = value;
        }

        ((ISigner)source.Verifier).Sign(draft, delivery.Secret!);
        var answer = await world.SendAsync(delivery, Cancel, body, draft.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase));

        Assert.Equal(ExpectedAnswer.Of(delivery).Status, answer.Status);
    }
}
