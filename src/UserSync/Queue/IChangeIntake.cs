using UserSync.Receiving.Events;

namespace UserSync.Queue;

/// <summary>Takes accepted events in: each is noted among the outcomes and put on the queue.</summary>
public interface IChangeIntake
{
    /// <summary>Takes events in. When this returns, every one of them is durable, noted and queued; when it throws, some may be.</summary>
    /// <param name="events">The events.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task TakeAsync(IReadOnlyList<ChangeEvent> events, CancellationToken cancellationToken);
}
