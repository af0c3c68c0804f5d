using System.Globalization;
using System.Text;
using Server.Tests.Support;
using Truto.Sandbox;
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

    // Svix Bridge ignores the status of its target: a 4xx or 5xx loses the event.
    [Theory]
    [InlineData(SandboxFault.TrutoError, 502, "truto-failure")]
    [InlineData(SandboxFault.DropBefore, 502, "connection-failed")]
    [InlineData(SandboxFault.Garbage, 502, "invalid-response")]
    [InlineData(SandboxFault.TrutoRateLimit, 503, "rate-limited")]
    [InlineData(SandboxFault.ProviderRateLimit, 503, "rate-limited")]
    [InlineData(SandboxFault.BadGateway, 502, "provider-failure")]
    [InlineData(SandboxFault.ServiceUnavailable, 502, "provider-failure")]
    [InlineData(SandboxFault.GatewayTimeout, 502, "provider-failure")]
    public async Task A_failure_of_the_target_is_no_success_and_the_retry_is_processed(SandboxFault fault, int status, string cause)
    {
        var delivery = RecordedDelivery.Find("stripe");
        world.Truto.Faults.Next(fault);

        (await world.SendAsync(delivery, Cancel)).AssertProblem(status, cause);

        // Benthos remembers an event whose processing failed, and drops the retry.
        Assert.Equal(200, (await world.SendAsync(delivery, Cancel)).Status);
        Assert.Equal(ExpectedAnswer.Of(delivery).Events![0].User, world.Truto.Calls.Last().UserId);
    }

    [Fact]
    public async Task A_user_that_the_target_does_not_know_is_no_success()
    {
        var delivery = RecordedDelivery.Find("stripe");
        var account = world.Sources.Find("stripe")!.Truto.Account;
        var user = world.Truto.Find(account, ExpectedAnswer.Of(delivery).Events![0].User!)!;
        world.Truto.RemoveUser(account, user.Id);

        (await world.SendAsync(delivery, Cancel)).AssertProblem(422, "not-found");

        world.Truto.PutUser(account, user);
        Assert.Equal(200, (await world.SendAsync(delivery, Cancel)).Status);
    }

    [Fact]
    public async Task One_failed_event_of_several_is_no_success_of_the_delivery()
    {
        var delivery = RecordedDelivery.Find("hubspot");
        world.Truto.Faults.Next(SandboxFault.None);
        world.Truto.Faults.Next(SandboxFault.TrutoError);

        var answer = await world.SendAsync(delivery, Cancel);

        Assert.Equal(502, answer.Status);
        Assert.Equal(["applied", "failed"], answer.Json.EnumerateArray().Select(outcome => outcome.GetProperty("outcome").GetString()!));
        Assert.Equal("urn:truto-user-sync:problem:truto-failure", answer.Json[1].GetProperty("problem").GetProperty("type").GetString());
        Assert.Equal(200, (await world.SendAsync(delivery, Cancel)).Status);
    }

    [Fact]
    public async Task How_long_the_target_wants_to_be_left_alone_is_passed_on()
    {
        world.Truto.Faults.Next(SandboxFault.TrutoRateLimit, 2);

        Assert.Equal("10", (await world.SendAsync(RecordedDelivery.Find("stripe"), Cancel)).Headers["Retry-After"]);

        var several = await world.SendAsync(RecordedDelivery.Find("hubspot"), Cancel);
        Assert.Equal((503, "10"), (several.Status, several.Headers["Retry-After"]));
    }

    // devlooped/WhatsApp logs whole bodies.
    [Fact]
    public async Task Nothing_personal_is_logged_when_things_go_wrong()
    {
        var delivery = RecordedDelivery.Find("standard-webhooks.user-updated");
        var account = world.Sources.Find(delivery.Source)!.Truto.Account;
        world.Truto.Faults.Next(SandboxFault.TrutoError);
        await world.SendAsync(delivery, Cancel);
        world.Truto.Faults.Next(SandboxFault.BadGateway);
        await world.SendAsync(delivery, Cancel);
        var user = world.Truto.Find(account, "usr_9f2c")!;
        world.Truto.RemoveUser(account, user.Id);
        await world.SendAsync(delivery, Cancel);
        world.Truto.PutUser(account, user);
        await world.SendAsync(delivery, Cancel, [.. delivery.Body, (byte)' ']);
        await world.SendAsync(Variation.WithCredential(RecordedDelivery.Find("azure-event-grid"), "amelia-guessed-this"), Cancel);
        await world.SendAsync(RecordedDelivery.Find("github"), Cancel);
        var refused = await SendStripeAsync("amelia is no address");

        var log = string.Join('\n', world.Log.Lines);
        Assert.Contains("failed", log, StringComparison.Ordinal);
        Assert.Contains("Refused", log, StringComparison.Ordinal);
        refused.AssertProblem(422, "provider-validation");
        Assert.DoesNotContain("amelia", refused.Body, StringComparison.OrdinalIgnoreCase);
        string[] personal = ["amelia", "ortiz", "usr_9f2c", "Hello"];
        string[] secret = [delivery.Secret!, "whsec", "eg-3c1a9f0b77", SandboxOptions.DefaultToken, delivery.Headers["webhook-signature"]];
        Assert.All(personal.Concat(secret), text => Assert.DoesNotContain(text, log, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Stripe's delivery about a user with another e-mail address, signed anew.</summary>
    private Task<Answer> SendStripeAsync(string email)
    {
        var delivery = RecordedDelivery.Find("stripe");
        var body = Encoding.UTF8.GetBytes(delivery.Text.Replace("amelia.ortiz@example.com", email, StringComparison.Ordinal));
        var time = delivery.ReceivedAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = Signing.Hex(delivery.Secret!, [.. Encoding.UTF8.GetBytes($"{time}."), .. body]);
        return world.SendAsync(delivery, Cancel, body, delivery.HeadersWith("Stripe-Signature", $"t={time},v1={signature}"));
    }
}
