using UserSync.Fetching;
using UserSync.Mapping;
using UserSync.Receiving.Events;
using UserSync.Receiving.Handshakes;
using UserSync.Receiving.Verification;

namespace UserSync.Sources;

/// <summary>One configured sender: who it is, how it signs, where its events are, and how they map.</summary>
public sealed class Source
{
    /// <summary>The name: the last segment of the webhook's address.</summary>
    public required string Name { get; init; }

    /// <summary>The preset that the source builds on; <see langword="null"/> for none.</summary>
    public required Preset? Preset { get; init; }

    /// <summary>The address as the sender calls it, where it differs from the configured base.</summary>
    public required Uri? PublicUrl { get; init; }

    /// <summary>When the source is answered.</summary>
    public required ReplyMode Reply { get; init; }

    /// <summary>How a delivery proves that it comes from the source.</summary>
    public required Verifier Verifier { get; init; }

    /// <summary>What the sender asks once.</summary>
    public required IReadOnlyList<Handshake> Handshakes { get; init; }

    /// <summary>What the sender expects to hear.</summary>
    public required Acknowledgement Acknowledgement { get; init; }

    /// <summary>In which words the sender is told that a delivery was refused.</summary>
    public required RefusalFormat Refusal { get; init; }

    /// <summary>Where the events are.</summary>
    public required EventRules Events { get; init; }

    /// <summary>How the records behind events are fetched; <see langword="null"/> where events say all that there is to map.</summary>
    public required FetchRule? Fetch { get; init; }

    /// <summary>How events become patches.</summary>
    public required UserMapping Mapping { get; init; }

    /// <summary>Where updates go.</summary>
    public required TrutoTarget Truto { get; init; }

    /// <summary>The names of all secrets that the source needs.</summary>
    public IEnumerable<string> Secrets => Verifier.Secrets.Append(Truto.TokenSecret).Concat(Fetch?.Secrets ?? []);

    /// <summary>What an event says about whom. Where it needs a record, it has been completed with it.</summary>
    /// <param name="change">The event.</param>
    public MappedUser Map(ChangeEvent change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return change.Record is { IsGone: true } && Fetch is { } fetch ? Mapping.Assign(change, fetch.Gone.Fields) : Mapping.Map(change);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
