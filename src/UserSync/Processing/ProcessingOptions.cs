namespace UserSync.Processing;

/// <summary>How events are processed.</summary>
public sealed class ProcessingOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Processing";

    /// <summary>
    /// How long a sender with <c>"reply": "wait"</c> is kept waiting for all events of its delivery. Azure's front end ends a request
    /// after 230 seconds.
    /// </summary>
    public TimeSpan WaitTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long one update may take before it is given up and tried again.</summary>
    public TimeSpan UpdateTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a worker has a user for itself. Longer than an update may take, so that nobody else begins while it might still be
    /// under way.
    /// </summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>How many attempts an event gets before it is dead-lettered. Waiting for a rate limit or for a user's turn costs none.</summary>
    public int MaxAttempts { get; set; } = 12;

    /// <summary>The longest wait after the first failed attempt; it doubles with each further one, and the wait is random up to it.</summary>
    public TimeSpan FirstDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest wait at all.</summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How many attempts an event gets while its sender waits. After the last, the sender is told, and comes again by itself.</summary>
    public int WaitAttempts { get; set; } = 3;

    /// <summary>Whether a value that Truto has acknowledged already is sent again, where a source does not say. Off, our own updates come back to us and end here.</summary>
    public bool SendUnchanged { get; set; }

    /// <summary>How many events the embedded server processes at a time; 0 where it only receives.</summary>
    public int Workers { get; set; } = 24;

    /// <summary>How long a stopping server waits for what it is processing.</summary>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long outcomes and updates are kept.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(30);
}
