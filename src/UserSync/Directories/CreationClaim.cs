namespace UserSync.Directories;

/// <summary>The creation of a user that is missing: who may create the user, or who the user is.</summary>
internal sealed record CreationClaim
{
    /// <summary>Until when a creation that was begun may still arrive.</summary>
    public DateTimeOffset Until { get; init; }

    /// <summary>The creation's <c>Idempotency-Key</c>; the same for each repetition.</summary>
    public string? Key { get; init; }

    /// <summary>The CRM's id of the user that was created; <see langword="null"/> as long as nobody knows.</summary>
    public string? UserId { get; init; }

    /// <summary>When it was created.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <inheritdoc/>
    public override string ToString() => UserId is null ? "open" : "done";
}
