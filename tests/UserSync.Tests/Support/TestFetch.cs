using System.Text.Json.Nodes;
using UserSync.Sources;

namespace UserSync.Tests.Support;

/// <summary>Sources that fetch records.</summary>
internal static class TestFetch
{
    /// <summary>A fetch that has nothing wrong with it.</summary>
    private const string Good = """
        {
          "base": "https://directory.example.com/v1",
          "path": "/users/{event.id}",
          "auth": { "scheme": "bearer", "secret": "directory-secret" }
        }
        """;

    /// <summary>What makes the good source of <see cref="TestSource"/> one that fetches, with some members of the fetch changed; null takes one out.</summary>
    internal static string Changes(string fetch = "{}", string source = "{}")
    {
        var members = JsonNode.Parse(Good)!.AsObject();
        Change(members, fetch);
        var changes = new JsonObject { ["user"] = "record.user", ["map"] = new JsonObject { ["email"] = "record.email" }, ["fetch"] = members };
        Change(changes, source);
        return changes.ToJsonString();
    }

    /// <summary>A source that fetches.</summary>
    internal static Source Of(string fetch = "{}", string source = "{}") => TestSource.OfChanged(Changes(fetch, source));

    private static void Change(JsonObject under, string changes)
    {
        foreach (var (name, value) in JsonNode.Parse(changes)!.AsObject())
        {
            under.Remove(name);
            if (value is not null)
            {
                under[name] = value.DeepClone();
            }
        }
    }
}
