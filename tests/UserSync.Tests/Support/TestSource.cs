using System.Text.Json;
using System.Text.Json.Nodes;
using UserSync.Configuration;
using UserSync.Receiving;
using UserSync.Sources;

namespace UserSync.Tests.Support;

/// <summary>Makes sources out of JSON, as the loader does.</summary>
internal static class TestSource
{
    internal const string Account = "62f44730-dd91-461e-bd6a-aedd9e0ad79d";
    internal const string File = "test.json";

    /// <summary>A source that has nothing wrong with it.</summary>
    internal const string Good = """
        {
          "verify": { "scheme": "hmac", "header": "X-Signature" },
          "secrets": "signing-secret",
          "reply": "wait",
          "account": "62f44730-dd91-461e-bd6a-aedd9e0ad79d",
          "provider": "pipedrive",
          "user": "user",
          "map": { "email": "email" }
        }
        """;

    /// <summary>No source at all.</summary>
    internal static SourceCatalog NoCatalog => SourceCatalog.Load("no such folder", Jwks.Unused, new ReceivingOptions());

    /// <summary>The good source with some settings changed; null takes one out.</summary>
    internal static string With(string changes)
    {
        var source = JsonNode.Parse(Good)!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(changes)!.AsObject())
        {
            source.Remove(name);
            if (value is not null)
            {
                source[name] = value.DeepClone();
            }
        }

        return source.ToJsonString();
    }

    /// <summary>The good source, where events do not say who the user is; with some settings of <c>user</c> changed.</summary>
    internal static string Finding(string provider, string changes)
    {
        var user = JsonNode.Parse("""{ "find": { "email": "email" } }""")!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(changes)!.AsObject())
        {
            user[name] = value!.DeepClone();
        }

        var map = provider == "salesforce"
            ? """{ "email": "email", "first_name": "first", "last_name": "last" }"""
            : """{ "email": "email", "name": "first" }""";
        return With($$"""{ "provider": "{{provider}}", "user": {{user.ToJsonString()}}, "map": {{map}} }""");
    }

    /// <summary>Reads a source, and everything that is found while doing so.</summary>
    internal static (Source? Source, Findings Findings) Read(string json, ReceivingOptions? options = null)
    {
        var findings = new Findings();
        var source = new SourceReader(Jwks.Unused, options ?? new ReceivingOptions()).Read("test", File, JsonElement.Parse(json), findings);
        return (source, findings);
    }

    /// <summary>Reads a source that has to run.</summary>
    internal static Source Of(string json, ReceivingOptions? options = null)
    {
        var (source, findings) = Read(json, options);
        Assert.Empty(findings.Errors);
        return source!;
    }

    /// <summary>The good source with some settings changed.</summary>
    internal static Source OfChanged(string changes, ReceivingOptions? options = null) => Of(With(changes), options);
}
