namespace UserSync.Ledger;

/// <summary>A register that Truto took.</summary>
/// <param name="Register">What Truto took.</param>
/// <param name="UpdateId">The update that carried it; <see langword="null"/> where Truto had the same value already.</param>
public sealed record Acknowledged(Register Register, string? UpdateId)
{
    /// <inheritdoc/>
    public override string ToString() => Register.ToString();
}
