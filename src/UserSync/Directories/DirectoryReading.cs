namespace UserSync.Directories;

/// <summary>How far the reading of an account's directory is: a note that all instances share.</summary>
internal sealed record DirectoryReading
{
    /// <summary>Counts the readings of the whole directory.</summary>
    public long Generation { get; init; }

    /// <summary>The fields that are noted of each user.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>Who is reading.</summary>
    public string? Owner { get; init; }

    /// <summary>Until when nobody else may.</summary>
    public DateTimeOffset OwnedUntil { get; init; }

    /// <summary>When the reading that is under way began; <see langword="null"/> where none is.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Whether it reads everything, and not only what has changed.</summary>
    public bool IsFull { get; init; }

    /// <summary>What its next page is asked for with; <see langword="null"/> for the first.</summary>
    public string? Cursor { get; init; }

    /// <summary>Whether all pages are read, and what they did not hold is being forgotten.</summary>
    public bool IsSweeping { get; init; }

    /// <summary>Where that goes on.</summary>
    public string? Position { get; init; }

    /// <summary>How many users it has read.</summary>
    public long Users { get; init; }

    /// <summary>The latest change of a user that was ever read.</summary>
    public DateTimeOffset? ChangedUntil { get; init; }

    /// <summary>When the last finished reading began: what was true then is known.</summary>
    public DateTimeOffset? ReadAt { get; init; }

    /// <summary>When the last finished reading of everything began.</summary>
    public DateTimeOffset? FullAt { get; init; }

    /// <summary>How long the last finished reading took.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>Whether the directory has been read, with all fields that are wanted.</summary>
    /// <param name="fields">The fields.</param>
    internal bool Covers(IReadOnlyCollection<string> fields) => ReadAt is not null && fields.All(field => Fields.Contains(field, StringComparer.Ordinal));

    /// <inheritdoc/>
    public override string ToString() => $"generation {Generation}, {Users} users";
}
