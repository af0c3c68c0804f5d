using System.Text.Json;
using UserSync.Outcomes;

namespace UserSync.Fetching;

/// <summary>What a source system answered.</summary>
internal sealed record Reply
{
    /// <summary>The record; undefined where there is none in the answer.</summary>
    internal JsonElement Data { get; init; }

    /// <summary>How many bytes the record has.</summary>
    internal int Size { get; init; }

    /// <summary>What the source system recognizes this version of the record by.</summary>
    internal Validators? Validators { get; init; }

    /// <summary>Whether the record is the same as the one that is known.</summary>
    internal bool IsUnchanged { get; init; }

    /// <summary>Whether there is no such record.</summary>
    internal bool IsGone { get; init; }

    /// <summary>Why there is no answer to the question.</summary>
    internal Failure? Failure { get; init; }

    /// <summary>How long the source system is to be left alone; <see langword="null"/> where it need not be.</summary>
    internal TimeSpan? Pause { get; init; }

    /// <summary>Never the record.</summary>
    public override string ToString() => Failure?.Cause ?? (IsGone ? "gone" : IsUnchanged ? "unchanged" : "record");
}
