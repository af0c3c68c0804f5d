using Server.Tests.Support;

namespace Server.Tests.Deliveries;

/// <summary>A server that was given no secret believes nobody, and tells every sender to come again.</summary>
public sealed class NoSecretTests : IAsyncLifetime
{
    private ServerWorld? world;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => world = await ServerWorld.StartAsync(Path.Combine(RecordedDelivery.Folder, "sources"), []);

    public ValueTask DisposeAsync() => world!.DisposeAsync();

    [Fact]
    public async Task Without_secrets_every_delivery_is_to_come_again_and_nothing_is_updated()
    {
        foreach (var delivery in RecordedDelivery.All.Where(delivery => delivery.SchemeType != "none"))
        {
            var answer = await world!.SendAsync(delivery, Cancel);

            answer.AssertProblem(503, "source-not-ready");
            Assert.Equal("60", answer.Headers["Retry-After"]);
        }

        Assert.Equal(0, world!.Truto.Calls.Total);
        Assert.Contains(world.Log.Lines, line => line.Contains("no usable secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_secrets_a_handshake_that_is_not_signed_is_answered()
    {
        foreach (var name in new[] { "azure-event-grid.handshake", "cloudevents.handshake", "microsoft-graph.handshake" })
        {
            Assert.Equal(200, (await world!.SendAsync(RecordedDelivery.Find(name), Cancel)).Status);
        }
    }

    [Fact]
    public async Task Without_secrets_a_forged_credential_is_no_better_than_none()
    {
        var delivery = RecordedDelivery.Find("okta");

        (await world!.SendAsync(Variation.WithCredential(delivery, "guessed"), Cancel)).AssertProblem(503, "source-not-ready");
        (await world!.SendAsync(Variation.WithCredential(delivery, null), Cancel)).AssertProblem(401, "not-verified");
    }
}
