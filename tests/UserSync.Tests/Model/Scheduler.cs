using Microsoft.Extensions.Time.Testing;
using UserSync.Tests.Support;

namespace UserSync.Tests.Model;

/// <summary>
/// Runs asynchronous actors one step at a time, in an order that a seed decides: nobody moves between two steps, so every
/// interleaving of their steps can happen, and happens again with the same seed.
/// </summary>
internal sealed class Scheduler(Random random, FakeTimeProvider time) : Steps
{
    private readonly List<Parked> parked = [];
    private int running;

    /// <summary>How likely a step kills its actor.</summary>
    public double CrashRate { get; set; }

    /// <summary>How likely an actor is held up at a step for up to two minutes.</summary>
    public double PauseRate { get; set; }

    /// <summary>What happened, for whoever has to find out why; <see langword="null"/> where nobody wants to know.</summary>
    public List<string>? Trace { get; init; }

    /// <summary>How many steps were taken.</summary>
    public int Steps { get; private set; }

    /// <summary>Starts an actor.</summary>
    public void Start(Func<Task> actor)
    {
        Interlocked.Increment(ref running);
        _ = RunAsync(actor);
    }

    /// <inheritdoc/>
    public override void Note(FormattableString text) => Trace?.Add($"{time.GetUtcNow():mm:ss.fff} {FormattableString.Invariant(text)}");

    /// <summary>Waits until the scheduler lets this step happen, or kills the actor at it.</summary>
    /// <param name="until">When the step can happen at all; <see langword="null"/> for at any time.</param>
    /// <param name="mayCrash">Whether the actor may die here.</param>
    public override Task StepAsync(Func<bool>? until = null, bool mayCrash = true)
    {
        var step = new Parked(new TaskCompletionSource(), until, mayCrash);
        lock (parked)
        {
            parked.Add(step);
        }

        Interlocked.Decrement(ref running);
        return step.Completion.Task;
    }

    /// <summary>Takes steps until nothing can happen any more, or too many were taken.</summary>
    /// <param name="isSettled">Whether everything is done.</param>
    /// <param name="mostSteps">How many steps are too many.</param>
    /// <returns>Whether everything was done in time.</returns>
    public bool Run(Func<bool> isSettled, int mostSteps)
    {
        while (Steps < mostSteps)
        {
            AwaitQuiet();
            if (isSettled())
            {
                return true;
            }

            if (Choose() is { } step)
            {
                Steps++;
                Take(step);
            }
            else
            {
                Steps++;
                time.Advance(TimeSpan.FromMilliseconds(random.Next(1, 2000)));
            }
        }

        return false;
    }

    private async Task RunAsync(Func<Task> actor)
    {
        await actor();
        Interlocked.Decrement(ref running);
    }

    private void AwaitQuiet()
    {
        // Continuations run inline, so this is nearly always true at once.
        var spin = default(SpinWait);
        while (Volatile.Read(ref running) > 0)
        {
            spin.SpinOnce();
        }
    }

    private Parked? Choose()
    {
        lock (parked)
        {
            var now = time.GetUtcNow();
            var runnable = parked.FindAll(step => step.HeldUntil <= now && (step.Until?.Invoke() ?? true));
            if (runnable.Count == 0 || random.Next(50) == 0)
            {
                return null;
            }

            return runnable[random.Next(runnable.Count)];
        }
    }

    private void Take(Parked step)
    {
        if (PauseRate > 0 && step.Until is null && random.NextDouble() < PauseRate)
        {
            step.HeldUntil = time.GetUtcNow() + TimeSpan.FromSeconds(random.Next(1, 120));
            return;
        }

        lock (parked)
        {
            parked.Remove(step);
        }

        Interlocked.Increment(ref running);
        if (step.MayCrash && random.NextDouble() < CrashRate)
        {
            Note($"crash");
            step.Completion.SetException(new CrashException());
        }
        else
        {
            step.Completion.SetResult();
        }
    }

    private sealed class Parked(TaskCompletionSource completion, Func<bool>? until, bool mayCrash)
    {
        public TaskCompletionSource Completion { get; } = completion;

        public Func<bool>? Until { get; } = until;

        public bool MayCrash { get; } = mayCrash;

        public DateTimeOffset HeldUntil { get; set; }
    }
}
