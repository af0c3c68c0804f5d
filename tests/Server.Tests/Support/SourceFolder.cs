namespace Server.Tests.Support;

/// <summary>A folder of source files that lives as long as a test.</summary>
internal sealed class SourceFolder : IDisposable
{
    /// <summary>Writes a folder.</summary>
    /// <param name="sources">The sources by name, as JSON.</param>
    public SourceFolder(params IEnumerable<(string Name, string Json)> sources)
    {
        foreach (var (name, json) in sources)
        {
            File.WriteAllText(System.IO.Path.Combine(Path, $"{name}.json"), json);
        }
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("user-sync-sources-").FullName;

    /// <summary>The settings that every source needs and no test is about.</summary>
    public static string Minimal(string rest) => $$"""
        {
          "reply": "wait", "account": "5a17e000-0000-4000-8000-00000000f00d", "provider": "planhat",
          "user": "id", "map": { "email": "email" }, {{rest}}
        }
        """;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
