using UserSync.Receiving.Events;

namespace UserSync.Processing;

/// <summary>An event with what its mapping needs, or what is to happen with it instead.</summary>
/// <param name="Change">The event.</param>
/// <param name="Disposition">What is to happen with it; <see langword="null"/> where it can be mapped.</param>
public sealed record Supply(ChangeEvent Change, Disposition? Disposition)
{
    /// <inheritdoc/>
    public override string ToString() => Change.ToString();
}
