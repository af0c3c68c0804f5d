namespace UserSync.Processing;

/// <summary>How long processing may take.</summary>
public sealed class ProcessingOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Processing";

    /// <summary>
    /// How long a sender with <c>"reply": "wait"</c> is kept waiting for all events of its delivery. Azure's front end ends a request
    /// after 230 seconds.
    /// </summary>
    public TimeSpan WaitTimeout { get; set; } = TimeSpan.FromSeconds(60);
}
