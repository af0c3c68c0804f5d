using System.Globalization;
using System.Text;
using Server.Tests.Support;
using Truto.Sandbox;

namespace Server.Tests.Deliveries;

/// <summary>
/// What others who receive webhooks got wrong where their target fails: each mistake would fail here. Every test has a world of its
/// own, because a failure is remembered.
/// </summary>
public sealed class TargetFailureTests : IAsyncLifetime
{
    // Longer than a lease, which stays where the update may still arrive.
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(46);

    private readonly DeliveryWorld fixture = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ServerWorld World => fixture.World;

    public ValueTask InitializeAsync() => fixture.InitializeAsync();

    public ValueTask DisposeAsync() => fixture.DisposeAsync();

    // Svix Bridge ignores the status of its target: a 4xx or 5xx loses the event.
    [Theory]
    [InlineData(SandboxFault.TrutoError, 502, "truto-failure")]
    [InlineData(SandboxFault.DropBefore, 502, "connection-lost")]
    [InlineData(SandboxFault.Garbage, 502, "invalid-response")]
    [InlineData(SandboxFault.TrutoRateLimit, 503, "rate-limited")]
    [InlineData(SandboxFault.ProviderRateLimit, 503, "rate-limited")]
    [InlineData(SandboxFault.BadGateway, 502, "no-answer")]
    [InlineData(SandboxFault.ServiceUnavailable, 502, "provider-failure")]
    [InlineData(SandboxFault.GatewayTimeout, 502, "no-answer")]
    public async Task A_failure_of_the_target_is_no_success_and_the_retry_is_processed(SandboxFault fault, int status, string cause)
    {
        var delivery = RecordedDelivery.Find("stripe");
        World.Truto.Faults.Next(fault);

        (await World.SendAsync(delivery, Cancel)).AssertProblem(status, cause);

        // Benthos remembers an event whose processing failed, and drops the retry.
        Assert.Equal(200, (await World.SendAsync(delivery, Cancel, at: delivery.ReceivedAt + Later)).Status);
        Assert.Equal(ExpectedAnswer.Of(delivery).Events![0].User, World.Truto.Calls.Last().UserId);
    }

    [Fact]
    public async Task A_user_that_the_target_does_not_know_is_no_success()
    {
        var delivery = RecordedDelivery.Find("stripe");
        var account = World.Sources.Find("stripe")!.Truto.Account;
        var user = World.Truto.Find(account, ExpectedAnswer.Of(delivery).Events![0].User!)!;
        World.Truto.RemoveUser(account, user.Id);

        (await World.SendAsync(delivery, Cancel)).AssertProblem(422, "not-found");

        World.Truto.PutUser(account, user);
        Assert.Equal(200, (await World.SendAsync(delivery, Cancel, at: delivery.ReceivedAt + Later)).Status);
    }

    [Fact]
    public async Task One_failed_event_of_several_is_no_success_of_the_delivery()
    {
        var delivery = RecordedDelivery.Find("hubspot");
        World.Truto.Faults.Next(SandboxFault.None);
        World.Truto.Faults.Next(SandboxFault.TrutoError);

        var answer = await World.SendAsync(delivery, Cancel);

        Assert.Equal(502, answer.Status);
        Assert.Equal(["applied", "failed"], answer.Json.EnumerateArray().Select(outcome => outcome.GetProperty("outcome").GetString()!));
        Assert.Equal("urn:truto-user-sync:problem:truto-failure", answer.Json[1].GetProperty("problem").GetProperty("type").GetString());
        Assert.Equal(200, (await World.SendAsync(delivery, Cancel, at: delivery.ReceivedAt + Later)).Status);
    }

    [Fact]
    public async Task How_long_the_target_wants_to_be_left_alone_is_passed_on()
    {
        World.Truto.Faults.Next(SandboxFault.TrutoRateLimit, 2);

        Assert.Equal("10", (await World.SendAsync(RecordedDelivery.Find("stripe"), Cancel)).Headers["Retry-After"]);

        var several = await World.SendAsync(RecordedDelivery.Find("hubspot"), Cancel);
        Assert.Equal((503, "10"), (several.Status, several.Headers["Retry-After"]));
    }

    // devlooped/WhatsApp logs whole bodies.
    [Fact]
    public async Task Nothing_personal_is_logged_when_things_go_wrong()
    {
        var delivery = RecordedDelivery.Find("standard-webhooks.user-updated");
        var account = World.Sources.Find(delivery.Source)!.Truto.Account;
        World.Truto.Faults.Next(SandboxFault.TrutoError);
        await World.SendAsync(delivery, Cancel);
        World.Truto.Faults.Next(SandboxFault.BadGateway);
        await World.SendAsync(delivery, Cancel);
        var user = World.Truto.Find(account, "usr_9f2c")!;
        World.Truto.RemoveUser(account, user.Id);
        await World.SendAsync(delivery, Cancel, at: delivery.ReceivedAt + Later);
        World.Truto.PutUser(account, user);
        await World.SendAsync(delivery, Cancel, [.. delivery.Body, (byte)' ']);
        await World.SendAsync(Variation.WithCredential(RecordedDelivery.Find("azure-event-grid"), "amelia-guessed-this"), Cancel);
        await World.SendAsync(RecordedDelivery.Find("github"), Cancel);
        var refused = await SendStripeAsync("amelia is no address");

        var log = string.Join('\n', World.Log.Lines);
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
        return World.SendAsync(delivery, Cancel, body, delivery.HeadersWith("Stripe-Signature", $"t={time},v1={signature}"));
    }
}
