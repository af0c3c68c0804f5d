using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using UserSync.Expressions;
using UserSync.Receiving;
using UserSync.Receiving.Events;
using UserSync.Sources;

namespace UserSync.Console.Playground;

/// <summary>Tries settings on a delivery. Nothing is verified, stored or sent.</summary>
internal static class Trial
{
    private const int Shown = 20;
    private const int MostDepth = 64;

    /// <summary>Tries settings.</summary>
    /// <param name="draft">The settings.</param>
    /// <param name="body">The body of a delivery, or one event.</param>
    /// <param name="headers">The delivery's headers.</param>
    /// <param name="isEvent">Whether it is one event.</param>
    /// <param name="now">The time at which it is to have been received.</param>
    internal static PlayResult Run(SourceDraft draft, string body, string headers, bool isEvent, DateTimeOffset now)
    {
        if (draft.Source is not { } source || draft.Findings.HasErrors || string.IsNullOrWhiteSpace(body))
        {
            return new PlayResult(draft.Findings, null, [], 0);
        }

        var parsed = Parse(headers);
        if (isEvent)
        {
            return RunEvent(draft, source, body, parsed, now);
        }

        using var delivery = new Delivery(source.Events.Format)
        {
            Source = source.Name,
            Method = HttpMethods.Post,
            Url = string.Empty,
            Headers = parsed,
            Query = QueryCollection.Empty,
            Body = Encoding.UTF8.GetBytes(body),
            ReceivedAt = now,
        };
        var batch = source.Events.Read(delivery, source.Verifier.BodyCredentials);
        return new PlayResult(
            draft.Findings, batch.Rejection?.Reason, [.. batch.Events.Take(Shown).Select(change => Try(source, Kept(change)))], batch.Events.Count);
    }

    private static PlayResult RunEvent(SourceDraft draft, Source source, string body, HeaderDictionary headers, DateTimeOffset now)
    {
        JsonElement data;
        try
        {
            data = JsonElement.Parse(body, new JsonDocumentOptions { MaxDepth = MostDepth });
        }
        catch (JsonException exception)
        {
            return new PlayResult(draft.Findings, $"it is not JSON (line {exception.LineNumber + 1})", [], 0);
        }

        var kept = headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        return new PlayResult(draft.Findings, null, [Try(source, source.Events.Change(source.Name, data, kept, now))], 1);
    }

    /// <summary>The event, also when its delivery is gone: the page is written later.</summary>
    private static ChangeEvent Kept(ChangeEvent change) => change with { Data = change.Data.Clone() };

    private static PlayEvent Try(Source source, ChangeEvent change)
    {
        try
        {
            if (!source.Events.Takes(change))
            {
                return new PlayEvent(change, false, null, null, null, []);
            }
        }
        catch (ExpressionException exception)
        {
            return new PlayEvent(change, false, exception.Message, null, null, []);
        }

        var user = source.Mapping.Map(change);
        return new PlayEvent(change, true, null, user, JsonText.Write(user.Patch.WriteTo), [.. source.Mapping.MissingIn(user.Patch)]);
    }

    private static HeaderDictionary Parse(string headers)
    {
        var parsed = new HeaderDictionary { ["Content-Type"] = "application/json" };
        foreach (var line in headers.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
            {
                parsed[line[..colon].Trim()] = line[(colon + 1)..].Trim();
            }
        }

        return parsed;
    }
}
