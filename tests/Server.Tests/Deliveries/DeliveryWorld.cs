using Server.Tests.Support;
using Truto.Sandbox;

namespace Server.Tests.Deliveries;

/// <summary>One server that has a source for every recorded delivery, and a Truto that has the users which they are about.</summary>
public sealed class DeliveryWorld : IAsyncLifetime
{
    private ServerWorld? world;

    internal ServerWorld World => world!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        world = await ServerWorld.StartAsync(
            Path.Combine(RecordedDelivery.Folder, "sources"), RecordedDelivery.Secrets(),
            KeyValuePair.Create("Processing:SendUnchanged", bool.TrueString));
        foreach (var delivery in RecordedDelivery.All)
        {
            var account = world.Sources.Find(delivery.Source)!.Truto.Account;
            var users = ExpectedAnswer.Of(delivery).Events!.Select(change => change.User).OfType<string>();
            foreach (var user in users.Distinct(StringComparer.Ordinal))
            {
                world.Truto.PutUser(account, new SandboxUser(user));
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => World.DisposeAsync();
}
