namespace UserSync.Outcomes;

/// <summary>Why there was nothing to do.</summary>
public enum SkipReason
{
    /// <summary>The source's <c>when</c> does not take events like this one.</summary>
    Filtered,

    /// <summary>The event says nothing about any mapped field.</summary>
    Unchanged,
}
