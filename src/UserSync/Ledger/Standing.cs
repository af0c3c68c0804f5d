namespace UserSync.Ledger;

/// <summary>How an event stands against the ledger.</summary>
public enum Standing
{
    /// <summary>A field of the event still has to go to Truto.</summary>
    Pending,

    /// <summary>Truto has acknowledged at least one field of the event, and the others are newer than it.</summary>
    Acknowledged,

    /// <summary>Every field of the event is newer in the ledger.</summary>
    Stale,
}
