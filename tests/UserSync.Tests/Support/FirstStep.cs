namespace UserSync.Tests.Support;

/// <summary>Does something at the first step of which something holds, and nothing after that.</summary>
internal sealed class FirstStep : Steps
{
    private bool isDone;

    /// <summary>At which step.</summary>
    internal Func<bool> When { get; set; } = () => false;

    /// <summary>What is done.</summary>
    internal Action Do { get; set; } = () => { };

    public override Task StepAsync(Func<bool>? until = null, bool mayCrash = true)
    {
        if (!isDone && When())
        {
            isDone = true;
            Do();
        }

        return Task.CompletedTask;
    }
}
