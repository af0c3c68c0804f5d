using UserSync.Expressions;
using UserSync.Fetching;
using UserSync.Mapping;
using UserSync.Receiving.Events;
using UserSync.Sources;

namespace UserSync.Previews;

/// <summary>What an event would become. Nothing is verified, fetched or sent.</summary>
public sealed record EventPreview
{
    private EventPreview(ChangeEvent change) => Change = change;

    /// <summary>The event, completed with its record where one was given.</summary>
    public ChangeEvent Change { get; private init; }

    /// <summary>Where the event's record would be fetched from; <see langword="null"/> where its source fetches none.</summary>
    public Uri? Address { get; private init; }

    /// <summary>Why the event would be skipped; <see langword="null"/> where it would not.</summary>
    public string? Skipped { get; private init; }

    /// <summary>What the event says about whom; <see langword="null"/> where it is not mapped.</summary>
    public MappedUser? User { get; private init; }

    /// <summary>Why the event would fail; empty where it would not.</summary>
    public IReadOnlyList<string> Problems { get; private init; } = [];

    /// <summary>Whether the record is wanted and was not given.</summary>
    public bool LacksRecord { get; private init; }

    /// <summary>Follows an event through its source.</summary>
    /// <param name="source">The source.</param>
    /// <param name="change">The event.</param>
    /// <param name="record">What the source system answers, for a source that fetches records; <see langword="null"/> for nothing known.</param>
    public static EventPreview Of(Source source, ChangeEvent change, FetchedRecord? record = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(change);
        var preview = new EventPreview(change);
        try
        {
            if (!source.Events.Takes(change))
            {
                return preview with { Skipped = "filtered" };
            }
        }
        catch (ExpressionException exception)
        {
            return preview with { Problems = [$"when: {exception.Message}"] };
        }

        return source.Fetch is { } fetch ? Fetched(source, fetch, preview, record) : Mapped(source, preview);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Change}: {Skipped ?? (Problems.Count > 0 ? "failed" : "mapped")}";

    private static EventPreview Fetched(Source source, FetchRule fetch, EventPreview preview, FetchedRecord? record)
    {
        if (!fetch.TryLocate(preview.Change, out var address, out var problem))
        {
            return preview with { Problems = [problem.ToString()] };
        }

        preview = preview with { Address = address };
        if (record is null)
        {
            return preview with { LacksRecord = true, Problems = ["fetch: the record is not given"] };
        }

        try
        {
            preview = preview with { Change = fetch.Complete(preview.Change, record) };
        }
        catch (ExpressionException exception)
        {
            return preview with { Problems = [$"fetch.deleted: {exception.Message}"] };
        }

        if (preview.Change.Record is { IsGone: true } && fetch.Gone.Fields.Count == 0)
        {
            return fetch.Gone.Fails ? preview with { Problems = ["fetch: the record is gone"] } : preview with { Skipped = "gone" };
        }

        return Mapped(source, preview);
    }

    private static EventPreview Mapped(Source source, EventPreview preview)
    {
        var user = source.Map(preview.Change);
        return preview with { User = user, Problems = [.. user.Problems.Select(problem => problem.ToString())] };
    }
}
