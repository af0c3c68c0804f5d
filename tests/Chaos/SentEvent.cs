using System.Text.Json.Nodes;

namespace Chaos;

/// <summary>A user change that was sent.</summary>
/// <param name="Id">Its id.</param>
/// <param name="User">The CRM user.</param>
/// <param name="At">When it occurred.</param>
/// <param name="Fields">What it says.</param>
/// <param name="IsBad">Whether the CRM refuses it.</param>
internal sealed record SentEvent(string Id, string User, DateTimeOffset At, IReadOnlyDictionary<string, string> Fields, bool IsBad)
{
    /// <summary>The event as it goes over the wire.</summary>
    internal JsonObject ToJson()
    {
        var json = new JsonObject { ["id"] = Id, ["user"] = User, ["at"] = At.ToUnixTimeMilliseconds() };
        foreach (var (name, value) in Fields)
        {
            json[name] = value;
        }

        return json;
    }
}
