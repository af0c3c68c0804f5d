using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace UserSync.Tests.Fetching.Vendors;

/// <summary>A source system as its vendor documents it: what it wants to be asked with, and how it answers.</summary>
internal abstract class Vendor
{
    /// <summary>The source's credentials, as the secret that an operator stores.</summary>
    internal abstract string Credentials { get; }

    /// <summary>The users, by id, each as a whole.</summary>
    internal Dictionary<string, JsonObject> Users { get; } = new(StringComparer.Ordinal);

    /// <summary>Answers a request.</summary>
    internal abstract Task AnswerAsync(HttpContext context);

    /// <summary>What an operator fills in beside the names: where the vendor is.</summary>
    internal virtual void Locate(JsonObject fetch, string address) => fetch["base"] = address;

    /// <summary>Those members of a record that were asked for.</summary>
    private protected static JsonObject Pick(JsonObject user, IEnumerable<string> names) =>
        new(names.Where(user.ContainsKey).Select(name => KeyValuePair.Create(name, user[name]?.DeepClone())));
}
