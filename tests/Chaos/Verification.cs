using System.Text.Json;
using Truto.Sandbox;

namespace Chaos;

/// <summary>Checks from outside that what was sent is what became of it.</summary>
/// <param name="http">The connection to the server.</param>
/// <param name="truto">The in-memory Truto.</param>
internal sealed class Verification(HttpClient http, SandboxTruto truto)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Waits until nothing waits any more.</summary>
    internal async Task WaitAsync(CancellationToken cancellationToken)
    {
        while (await CountAsync("received", cancellationToken) > 0)
        {
            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>Everything that is wrong, in words.</summary>
    internal async Task<IReadOnlyList<string>> CheckAsync(IReadOnlyCollection<SentEvent> sent, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        var outcomes = await OutcomesAsync(cancellationToken);
        foreach (var change in sent)
        {
            if (!outcomes.Remove(change.Id, out var outcome))
            {
                problems.Add($"{change.Id} was acknowledged and has no outcome");
            }
            else if (change.IsBad ? outcome is not ("failed" or "skipped") : outcome is not ("applied" or "skipped"))
            {
                problems.Add($"{change.Id} is {outcome}");
            }
        }

        problems.AddRange(outcomes.Keys.Select(id => $"{id} has an outcome and was never acknowledged"));
        problems.AddRange(Users(sent));
        return problems;
    }

    private IEnumerable<string> Users(IReadOnlyCollection<SentEvent> sent)
    {
        foreach (var user in sent.Where(change => !change.IsBad).GroupBy(change => change.User, StringComparer.Ordinal))
        {
            var stored = truto.Find(ChaosRun.Account, user.Key)!;
            foreach (var field in user.SelectMany(change => change.Fields.Select(field => (change, field.Key, field.Value))).GroupBy(entry => entry.Key, StringComparer.Ordinal))
            {
                var newest = field.OrderBy(entry => entry.change.At.ToUnixTimeMilliseconds()).ThenBy(entry => entry.change.Id, StringComparer.Ordinal).Last();
                var actual = field.Key switch
                {
                    "email" => stored.Email,
                    "name" => stored.Name,
                    _ => stored.CustomFields.TryGetValue(field.Key, out var value) ? value.GetString() : null,
                };
                if (actual != newest.Value)
                {
                    yield return $"{user.Key}: {field.Key} is \"{actual}\" and should be \"{newest.Value}\" of {newest.change.Id}";
                }
            }
        }
    }

    private async Task<int> CountAsync(string status, CancellationToken cancellationToken)
    {
        using var page = await PageAsync($"/api/events?status={status}&limit=1", cancellationToken);
        return page.RootElement.GetProperty("events").GetArrayLength();
    }

    private async Task<Dictionary<string, string>> OutcomesAsync(CancellationToken cancellationToken)
    {
        var outcomes = new Dictionary<string, string>(StringComparer.Ordinal);
        string? cursor = null;
        do
        {
            using var page = await PageAsync($"/api/events?limit=500{(cursor is null ? string.Empty : $"&cursor={Uri.EscapeDataString(cursor)}")}", cancellationToken);
            foreach (var outcome in page.RootElement.GetProperty("events").EnumerateArray())
            {
                outcomes[outcome.GetProperty("event").GetString()!] = outcome.GetProperty("outcome").GetString()!;
            }

            cursor = page.RootElement.GetProperty("cursor").GetString();
        }
        while (cursor is not null);
        return outcomes;
    }

    private async Task<JsonDocument> PageAsync(string path, CancellationToken cancellationToken) =>
        JsonDocument.Parse(await http.GetStringAsync(path, cancellationToken));
}
