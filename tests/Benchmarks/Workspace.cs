using System.Net;
using System.Net.Sockets;

namespace Benchmarks;

/// <summary>A folder with one source, and the settings of a server that serves it.</summary>
internal sealed class Workspace : IDisposable
{
    internal const string Account = "be7c4000-0000-4000-8000-00000000be7c";
    internal const string Source = "bench";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("truto-user-sync-bench-");

    internal Workspace(Uri truto, string token)
    {
        var sources = folder.CreateSubdirectory("sources").FullName;
        File.WriteAllText(
            Path.Combine(sources, $"{Source}.json"),
            $$"""
            {
              "verify": { "scheme": "none" }, "reply": "queue", "account": "{{Account}}", "provider": "planhat",
              "id": "id", "user": "user", "map": { "email": "email", "name": "name" }
            }
            """);
        Settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Sources__Folder"] = sources,
            ["Sqlite__Path"] = Path.Combine(folder.FullName, "store.db"),
            ["Truto__BaseAddress"] = truto.ToString(),
            ["Secrets__TRUTO_API_TOKEN"] = token,
            ["Logging__LogLevel__Default"] = "Critical",
        };
    }

    /// <summary>The settings, as environment variables.</summary>
    internal Dictionary<string, string> Settings { get; }

    /// <summary>The settings, as configuration keys.</summary>
    internal IEnumerable<KeyValuePair<string, string?>> Configuration =>
        Settings.Select(setting => KeyValuePair.Create(setting.Key.Replace("__", ":", StringComparison.Ordinal), (string?)setting.Value));

    /// <summary>An address on this machine that nobody listens on.</summary>
    internal static Uri FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }

    /// <inheritdoc/>
    public void Dispose() => folder.Delete(recursive: true);
}
