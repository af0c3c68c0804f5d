namespace UserSync.Outcomes;

/// <summary>Why there was nothing to do.</summary>
public enum SkipReason
{
    /// <summary>The source's <c>when</c> does not take events like this one.</summary>
    Filtered,

    /// <summary>The event says nothing about any mapped field, or only what Truto has acknowledged already.</summary>
    Unchanged,

    /// <summary>Every field of the event has a newer value.</summary>
    Stale,

    /// <summary>The source system has no record of the user any more, and its source says to skip such events.</summary>
    Gone,

    /// <summary>The CRM does not have the user, and the source says to skip such events.</summary>
    NoUser,
}
