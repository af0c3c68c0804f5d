using UserSync.Outcomes;

namespace UserSync.Processing;

/// <summary>What is to happen with an event after an attempt: it has ended, or it comes back later.</summary>
public sealed class Disposition
{
    private Disposition(Ending? ending, TimeSpan delay)
    {
        Ending = ending;
        Delay = delay;
    }

    /// <summary>How it ended; <see langword="null"/> where it comes back.</summary>
    public Ending? Ending { get; }

    /// <summary>When to come back.</summary>
    public TimeSpan Delay { get; }

    /// <summary>Whether its end is noted already.</summary>
    public bool IsRecorded { get; private init; }

    /// <summary>Whether an attempt was spent.</summary>
    public bool SpendsAttempt { get; private init; }

    /// <summary>Whether the event is to be applied alone when it comes back.</summary>
    public bool Alone { get; private init; }

    /// <summary>Whether everything that is known of the user is to be sent once more when it comes back.</summary>
    public bool Resend { get; private init; }

    /// <summary>Whether it comes back because of a limit on updates.</summary>
    public bool IsLimited { get; private init; }

    /// <summary>Why it comes back, where something failed.</summary>
    public Failure? Failure { get; private init; }

    /// <summary>The event has ended.</summary>
    /// <param name="conclusion">How.</param>
    public static Disposition Ended(Conclusion conclusion) => new(new Ending(conclusion, null), TimeSpan.Zero);

    /// <summary>The event has ended, and its end is noted together with the update.</summary>
    /// <param name="conclusion">How.</param>
    /// <param name="update">The update that carried it.</param>
    public static Disposition Recorded(Conclusion conclusion, Update update) => new(new Ending(conclusion, update), TimeSpan.Zero) { IsRecorded = true };

    /// <summary>It is not the event's turn yet: it comes back, and that costs no attempt.</summary>
    /// <param name="delay">When.</param>
    /// <param name="failure">Why, where something failed that is nobody's fault.</param>
    public static Disposition Wait(TimeSpan delay, Failure? failure = null) => new(null, delay) { Failure = failure };

    /// <summary>It is not the user's turn yet, because updates are limited: it comes back, and that costs no attempt.</summary>
    /// <param name="delay">When.</param>
    public static Disposition AwaitTurn(TimeSpan delay) => new(null, delay) { IsLimited = true };

    /// <summary>The event was refused together with others: it comes back to be applied alone.</summary>
    /// <param name="failure">Why they were refused.</param>
    public static Disposition TryAlone(Failure failure) => new(null, TimeSpan.Zero) { Alone = true, Failure = failure };

    /// <summary>
    /// The lease was lost while the update was under way: it may have overwritten a newer one. The event comes back to send what is
    /// newest once more.
    /// </summary>
    public static Disposition SendAgain() => new(null, TimeSpan.Zero) { Resend = true };

    /// <summary>The attempt failed: it comes back for another.</summary>
    /// <param name="delay">When.</param>
    /// <param name="failure">Why.</param>
    /// <param name="resend">Whether what was sent may have overwritten something newer.</param>
    public static Disposition Retry(TimeSpan delay, Failure failure, bool resend = false) =>
        new(null, delay) { SpendsAttempt = true, Failure = failure, Resend = resend };
}
