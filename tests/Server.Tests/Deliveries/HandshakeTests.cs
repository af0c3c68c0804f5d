using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Server.Tests.Support;

namespace Server.Tests.Deliveries;

/// <summary>Handshakes are answered with what came along. They change nobody, and call nobody.</summary>
[Collection(nameof(DeliveryGroup))]
public sealed class HandshakeTests
{
    private readonly ServerWorld world;

    public HandshakeTests(DeliveryWorld fixture)
    {
        world = fixture.World;
        world.Truto.Calls.Clear();
        world.Log.Clear();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("zoom.handshake")]
    [InlineData("slack.handshake")]
    [InlineData("hibob.handshake")]
    [InlineData("google-directory.sync")]
    [InlineData("okta.handshake")]
    [InlineData("hubspot-v2.get")]
    public async Task A_handshake_with_a_wrong_credential_is_refused(string name)
    {
        var delivery = RecordedDelivery.Find(name);
        var credential = Variation.Credential(delivery);

        var wrong = Variation.OneCharacterOff(credential).ElementAt(credential.Length / 2);

        var answer = await world.SendAsync(Variation.WithCredential(delivery, wrong), Cancel);

        answer.AssertProblem(401, "not-verified");
    }

    [Theory]
    [InlineData("zoom.handshake")]
    [InlineData("slack.handshake")]
    [InlineData("google-directory.sync")]
    [InlineData("hubspot-v2.get")]
    public async Task A_handshake_that_should_be_signed_and_is_not_is_refused(string name) =>
        (await world.SendAsync(Variation.WithCredential(RecordedDelivery.Find(name), null), Cancel)).AssertProblem(401, "not-verified");

    [Fact]
    public async Task Events_beside_an_unsigned_handshake_are_not_looked_at()
    {
        var graph = RecordedDelivery.Find("microsoft-graph.handshake");
        var events = RecordedDelivery.Find("microsoft-graph");
        var headers = graph.HeadersWith("Content-Type", "application/json");

        var answer = await world.SendAsync(graph, Cancel, events.Body, headers);

        Assert.Equal(graph.Url.Query[1..], $"validationToken={Uri.EscapeDataString(answer.Body)}");
        Assert.Equal(0, world.Truto.Calls.Total);
        Assert.DoesNotContain(world.Log.Lines, line => line.Contains("sent", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Events_under_the_name_of_an_unsigned_handshake_are_refused()
    {
        var handshake = RecordedDelivery.Find("azure-event-grid.handshake");
        var events = Encoding.UTF8.GetBytes($"[{RecordedDelivery.Find("azure-event-grid").Text}]");

        (await world.SendAsync(handshake, Cancel, events)).AssertProblem(401, "not-verified");

        Assert.Equal(0, world.Truto.Calls.Total);
    }

    [Fact]
    public async Task What_is_echoed_is_never_taken_for_a_page()
    {
        var graph = RecordedDelivery.Find("microsoft-graph.handshake");

        var answer = await world.SendAsync(graph, Cancel, query: "?validationToken=%3Cscript%3Ealert(1)%3C%2Fscript%3E");

        Assert.Equal("<script>alert(1)</script>", answer.Body);
        Assert.Equal("text/plain; charset=utf-8", answer.ContentType);
        Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
    }

    [Fact]
    public async Task A_challenge_that_is_longer_than_any_is_none()
    {
        var graph = RecordedDelivery.Find("microsoft-graph.handshake");

        (await world.SendAsync(graph, Cancel, query: $"?validationToken={new string('x', 4097)}")).AssertProblem(401, "not-verified");
    }

    [Fact]
    public async Task No_address_that_comes_with_a_delivery_is_called()
    {
        using var trap = new TcpListener(IPAddress.Loopback, 0);
        trap.Start();
        var address = $"http://{trap.LocalEndpoint}";

        var grid = RecordedDelivery.Find("azure-event-grid.handshake");
        var validation = grid.Text.Replace("https://rp-eastus2.eventgrid.azure.net:553", address, StringComparison.Ordinal);
        Assert.Contains(address, validation, StringComparison.Ordinal);
        Assert.Equal(200, (await world.SendAsync(grid, Cancel, Encoding.UTF8.GetBytes(validation))).Status);

        var events = RecordedDelivery.Find("cloudevents.handshake");
        var headers = events.HeadersWith("WebHook-Request-Callback", address);
        Assert.Equal(200, (await world.SendAsync(events, Cancel, headers: headers)).Status);

        using var key = RSA.Create(2048);
        foreach (var header in new[] { "jku", "x5u" })
        {
            var token = new JsonWebTokenHandler().CreateToken(
                """{ "iat": 1767225598, "exp": 1767229198, "data": "{}" }""",
                new SigningCredentials(new RsaSecurityKey(key), SecurityAlgorithms.RsaSha256),
                new Dictionary<string, object>(StringComparer.Ordinal) { [header] = $"{address}/keys" });
            var body = Encoding.UTF8.GetBytes(token);
            Assert.Equal(401, (await world.SendAsync(RecordedDelivery.Find("wix"), Cancel, body)).Status);
            Assert.Equal(400, (await world.SendAsync(RecordedDelivery.Find("secevent-scim"), Cancel, body)).Status);
        }

        // A call would have been made before the answer, or at least before the next one.
        Assert.Equal(200, (int)(await world.Http.GetAsync("/api/health", Cancel)).StatusCode);
        Assert.False(trap.Pending());
        Assert.Equal(0, world.Truto.Calls.Total);
    }
}
