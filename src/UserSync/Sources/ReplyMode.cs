namespace UserSync.Sources;

/// <summary>When a source is answered.</summary>
public enum ReplyMode
{
    /// <summary>As soon as every event of the delivery is durable in the queue.</summary>
    Queue,

    /// <summary>When the events have been processed, with Truto's answer.</summary>
    Wait,
}
