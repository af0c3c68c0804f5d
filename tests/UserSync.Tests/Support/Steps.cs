namespace UserSync.Tests.Support;

/// <summary>What happens around each operation of a store in memory: nothing, unless a test makes something of it.</summary>
internal class Steps
{
    internal static readonly Steps None = new();

    /// <summary>Stands before and after an operation.</summary>
    /// <param name="until">When the operation can go on at all; <see langword="null"/> for at any time.</param>
    /// <param name="mayCrash">Whether the caller may die here.</param>
    public virtual Task StepAsync(Func<bool>? until = null, bool mayCrash = true) => Task.CompletedTask;

    /// <summary>Notes what happened.</summary>
    public virtual void Note(FormattableString text)
    {
        // Nobody wants to know.
    }
}
