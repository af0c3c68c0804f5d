namespace Truto.Sandbox.State;

/// <summary>
/// The place of one user: readers take the current snapshot, writers replace it while they hold the lock. A slot whose user was
/// removed stays empty.
/// </summary>
/// <param name="number">The slot's place in the order in which users came in.</param>
internal sealed class UserSlot(long number)
{
    private SandboxUser? user;

    public long Number { get; } = number;

    public Lock Gate { get; } = new();

    public SandboxUser? User
    {
        get => Volatile.Read(ref user);
        set => Volatile.Write(ref user, value);
    }
}
