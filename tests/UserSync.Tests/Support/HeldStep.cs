namespace UserSync.Tests.Support;

/// <summary>Holds the first operation of the stores until it is released; all others go on.</summary>
internal sealed class HeldStep : Steps
{
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool isHeld;

    /// <summary>Lets it go on.</summary>
    internal void Release() => released.SetResult();

    public override Task StepAsync(Func<bool>? until = null, bool mayCrash = true)
    {
        if (isHeld)
        {
            return Task.CompletedTask;
        }

        isHeld = true;
        return released.Task;
    }
}
