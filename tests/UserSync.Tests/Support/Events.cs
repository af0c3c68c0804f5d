using UserSync.Receiving;
using UserSync.Receiving.Events;
using UserSync.Sources;

namespace UserSync.Tests.Support;

/// <summary>Takes events out of deliveries.</summary>
internal static class Events
{
    /// <summary>The events of a delivery that has to be understood.</summary>
    internal static IReadOnlyList<ChangeEvent> EventsIn(this Source source, Delivery delivery)
    {
        var batch = source.Events.Read(delivery, source.Verifier.BodyCredentials);
        Assert.Null(batch.Rejection);
        return batch.Events;
    }

    /// <summary>The only event of a body.</summary>
    internal static ChangeEvent EventIn(this Source source, string body, params (string Name, string Value)[] headers) =>
        Assert.Single(source.EventsIn(Deliveries.Of(body, headers, format: source.Events.Format)));
}
