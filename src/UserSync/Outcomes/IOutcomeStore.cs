namespace UserSync.Outcomes;

/// <summary>Keeps what became of every event, for as long as the operator wants to know.</summary>
public interface IOutcomeStore
{
    /// <summary>Notes that events were accepted. What is already known of an event stays.</summary>
    /// <param name="received">The events' outcomes.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task ReceiveAsync(IReadOnlyList<Outcome> received, CancellationToken cancellationToken);

    /// <summary>Notes how events ended, each where its known conclusion yields to the new one (<see cref="Conclusion.YieldsTo"/>).</summary>
    /// <param name="conclusions">How they ended.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task ConcludeAsync(IReadOnlyList<Conclusion> conclusions, CancellationToken cancellationToken);

    /// <summary>Notes that an event was accepted and how it ended, of which nothing is noted yet: in one step where the store can.</summary>
    /// <param name="received">The event's outcome when it was accepted.</param>
    /// <param name="conclusion">How it ended.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    async Task ConcludeAsync(Outcome received, Conclusion conclusion, CancellationToken cancellationToken)
    {
        await ReceiveAsync([received], cancellationToken);
        await ConcludeAsync([conclusion], cancellationToken);
    }

    /// <summary>Keeps an update.</summary>
    /// <param name="update">The update.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task SaveAsync(Update update, CancellationToken cancellationToken);

    /// <summary>What became of an event; <see langword="null"/> where nothing is known of it.</summary>
    /// <param name="source">The source.</param>
    /// <param name="eventId">The event's id.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<Outcome?> FindAsync(string source, string eventId, CancellationToken cancellationToken);

    /// <summary>An update; <see langword="null"/> where it is not kept any more.</summary>
    /// <param name="id">The update's id.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<Update?> FindUpdateAsync(string id, CancellationToken cancellationToken);

    /// <summary>Lists outcomes, the latest received first.</summary>
    /// <param name="filter">Which ones.</param>
    /// <param name="cursor">Where to begin; <see langword="null"/> for the latest.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="FormatException">The cursor is not one that this store gave out.</exception>
    Task<OutcomePage> ListAsync(OutcomeFilter filter, string? cursor, int most, CancellationToken cancellationToken);

    /// <summary>Forgets the outcomes of events that were received before a time and have ended, and updates of before that time.</summary>
    /// <param name="before">The time.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>How many outcomes were forgotten.</returns>
    Task<long> PruneAsync(DateTimeOffset before, CancellationToken cancellationToken);
}
