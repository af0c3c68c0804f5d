namespace UserSync.Ledger;

/// <summary>What is known of one field: the newest register, and the last one that Truto acknowledged.</summary>
/// <param name="Newest">The newest register.</param>
/// <param name="Acknowledged">What Truto acknowledged; <see langword="null"/> where nothing.</param>
/// <param name="InDoubt">
/// Whether an update of the field was begun of which nobody knows yet whether it arrived: Truto may have another value than the
/// acknowledged one.
/// </param>
public sealed record FieldState(Register Newest, Acknowledged? Acknowledged, bool InDoubt = false)
{
    /// <summary>Whether the newest register still has to go to Truto.</summary>
    public bool IsPending => Newest.IsNewerThan(Acknowledged?.Register);

    /// <summary>Whether Truto may have another value than the one that counts: an update of the field got lost, and its value was refused later.</summary>
    public bool IsDoubtful => InDoubt && !IsPending;

    /// <summary>Whether Truto has the newest value already, from an older event: nothing needs to be sent.</summary>
    public bool IsUnchanged => !InDoubt && Acknowledged is not null && Acknowledged.Register.Value == Newest.Value;

    /// <inheritdoc/>
    public override string ToString() => IsPending ? "pending" : "acknowledged";
}
