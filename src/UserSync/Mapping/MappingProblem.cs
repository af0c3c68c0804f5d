namespace UserSync.Mapping;

/// <summary>Why an event could not be mapped. It names what the operator wrote and the kind of what came out, never the event's content.</summary>
/// <param name="Field">The field that was to be filled, or <c>user</c>.</param>
/// <param name="Expression">The expression, as the operator wrote it; <see langword="null"/> where it is about the patch as a whole.</param>
/// <param name="Reason">What went wrong, as the end of a sentence.</param>
public sealed record MappingProblem(string Field, string? Expression, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => Expression is null ? $"{Field}: {Reason}" : $"{Field}: the expression {Expression} {Reason}";
}
