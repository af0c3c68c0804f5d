using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using UserSync.Outcomes;
using UserSync.Receiving.Events;

namespace UserSync.Endpoints;

/// <summary>
/// What an operator asks for. A parameter that is misspelt, empty or given twice is refused: without it, a replay would be of more
/// events than was meant.
/// </summary>
/// <param name="Filter">Which events.</param>
/// <param name="Cursor">Where the page begins; <see langword="null"/> for the latest.</param>
/// <param name="Limit">How many at most; <see langword="null"/> where nothing is said.</param>
/// <param name="IsDryRun">Whether only to say what would happen.</param>
internal sealed record EventsQuery(OutcomeFilter Filter, string? Cursor, int? Limit, bool IsDryRun)
{
    internal const int MaxLimit = 500;

    private static readonly string[] Names = ["source", "status", "user", "since", "cursor", "limit", "dryRun"];

    // A host's own way to take the operator's key.
    private static readonly string[] OfHosts = ["code", "clientId"];

    /// <summary>Reads a query, or says what is wrong with it.</summary>
    internal static bool TryRead(IQueryCollection query, [NotNullWhen(true)] out EventsQuery? read, [NotNullWhen(false)] out string? problem)
    {
        read = null;
        problem = query.Select(Check).FirstOrDefault(found => found is not null);
        if (problem is not null)
        {
            return false;
        }

        var status = Words.Status(Text("status"));
        var since = Text("since") is { } text ? EventTime.FromIso(text) : null;
        problem = Text("status") is not null && status is null ? $"status can be {string.Join(", ", Words.AllStatuses)}."
            : Text("since") is not null && since is null ? "since is not a time; write for example 2026-01-31T12:00:00Z."
            : Text("limit") is { } most && !IsLimit(most) ? $"limit can be from 1 to {MaxLimit}."
            : Text("dryRun") is { } flag && !bool.TryParse(flag, out _) ? "dryRun can be true or false."
            : null;
        if (problem is not null)
        {
            return false;
        }

        read = new EventsQuery(
            new OutcomeFilter(Text("source"), status, Text("user"), since),
            Text("cursor"),
            Text("limit") is { } limit ? int.Parse(limit, NumberStyles.None, CultureInfo.InvariantCulture) : null,
            Text("dryRun") is { } dryRun && bool.Parse(dryRun));
        return true;

        string? Text(string name) => query[name] is [{ } value] ? value : null;
    }

    private static string? Check(KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues> parameter) => parameter switch
    {
        { Key: var name } when OfHosts.Contains(name, StringComparer.OrdinalIgnoreCase) => null,
        { Key: var name } when !Names.Contains(name, StringComparer.OrdinalIgnoreCase) => $"The query can have {string.Join(", ", Names)}, and nothing else.",
        { Value: [{ Length: > 0 }] } => null,
        { Value: [_] } => $"{Spelt(parameter.Key)} is empty; leave it out, or give it a value.",
        _ => $"{Spelt(parameter.Key)} is given more than once.",
    };

    /// <summary>The parameter's own spelling, so that nothing of a request is repeated in an answer.</summary>
    private static string Spelt(string name) => Array.Find(Names, known => known.Equals(name, StringComparison.OrdinalIgnoreCase))!;

    private static bool IsLimit(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= MaxLimit;
}
