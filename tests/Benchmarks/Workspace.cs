using System.Net;
using System.Net.Sockets;

namespace Benchmarks;

/// <summary>A folder with one source, and the settings of a server that serves it.</summary>
internal sealed class Workspace : IDisposable
{
    internal const string Account = "be7c4000-0000-4000-8000-00000000be7c";
    internal const string Source = "bench";
    internal const string Secret = "a secret of the benchmarks";
    internal const string SignatureHeader = "X-Signature";

    /// <summary>Deliveries are for the users <c>user-0000</c> to <c>user-9999</c>.</summary>
    internal const int Users = 10_000;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("truto-user-sync-bench-");

    /// <summary>Makes one.</summary>
    /// <param name="truto">Truto's address.</param>
    /// <param name="token">Its API token.</param>
    /// <param name="reply">How the source replies.</param>
    /// <param name="isSigned">Whether deliveries are signed.</param>
    internal Workspace(Uri truto, string token, string reply = "queue", bool isSigned = false)
    {
        var verify = isSigned ? $$"""{ "scheme": "hmac", "header": "{{SignatureHeader}}" }, "secrets": ["bench"]""" : """{ "scheme": "none" }""";
        var sources = folder.CreateSubdirectory("sources").FullName;
        File.WriteAllText(
            Path.Combine(sources, $"{Source}.json"),
            $$"""
            {
              "verify": {{verify}}, "reply": "{{reply}}", "account": "{{Account}}", "provider": "planhat",
              "id": "id", "time": "updated_at", "user": "user", "map": { "email": "email", "name": "name" }
            }
            """);
        Settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Sources__Folder"] = sources,
            ["Sqlite__Path"] = Path.Combine(folder.FullName, "store.db"),
            ["Truto__BaseAddress"] = truto.ToString(),
            ["Secrets__TRUTO_API_TOKEN"] = token,
            ["Secrets__BENCH"] = Secret,
            ["Limits__Enabled"] = bool.FalseString,
            ["Logging__LogLevel__Default"] = "Critical",
        };
    }

    /// <summary>The file of the store.</summary>
    internal string Store => Settings["Sqlite__Path"];

    /// <summary>The folder, for what else a server needs.</summary>
    internal string Folder => folder.FullName;

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
