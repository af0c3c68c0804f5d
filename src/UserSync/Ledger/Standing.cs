namespace UserSync.Ledger;

/// <summary>How an event stands against the ledger.</summary>
public enum Standing
{
    /// <summary>Of a field of the event, Truto has acknowledged neither this value nor a newer one.</summary>
    Pending,

    /// <summary>Truto has acknowledged at least one value of the event, and newer ones of its other fields.</summary>
    Acknowledged,

    /// <summary>Truto has acknowledged a newer value of every field of the event.</summary>
    Stale,
}
