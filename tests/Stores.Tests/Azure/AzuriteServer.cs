using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Stores.Tests.Azure;

[assembly: AssemblyFixture(typeof(AzuriteServer))]

namespace Stores.Tests.Azure;

/// <summary>
/// Azurite, started when the first test needs it and stopped with the test run. It is the one that <c>AZURITE</c> names, the one on the
/// path, or the one in the user's cache, where npm puts it if it is not there yet. Where it cannot be had, the tests are skipped, unless
/// <c>USERSYNC_REQUIRE_AZURITE</c> is 1.
/// </summary>
public sealed partial class AzuriteServer : IAsyncDisposable
{
    private const string Account = "usersync";

    private static readonly string[] Arguments =
    [
        "--inMemoryPersistence", "--silent", "--disableTelemetry", "--skipApiVersionCheck",
        "--blobPort", "0", "--queuePort", "0", "--tablePort", "0",
    ];

    private static readonly TimeSpan InstallTimeout = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(1);

    private readonly Lazy<Task<string>> started;
    private readonly string key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(64));
    private Process? process;

    public AzuriteServer() => started = new Lazy<Task<string>>(() => Task.Run(StartAsync));

    /// <summary>The connection string of an account that nobody else uses.</summary>
    public async Task<string> ConnectionStringAsync()
    {
        try
        {
            return await started.Value;
        }
        catch (AzuriteMissingException exception) when (Environment.GetEnvironmentVariable("USERSYNC_REQUIRE_AZURITE") != "1")
        {
            Assert.Skip(exception.Message);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (process is null)
        {
            return;
        }

        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private async Task<string> StartAsync()
    {
        var script = await AzuriteInstallation.FindAsync(InstallTimeout);
        var start = new ProcessStartInfo("node")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Its input ends when this process ends, however it ends.
        start.ArgumentList.Add("--import=data:text/javascript,process.stdin.on('end',()=>process.exit(0)).resume()");
        start.ArgumentList.Add(script);
        foreach (var argument in Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["AZURITE_ACCOUNTS"] = $"{Account}:{key}";
        var ports = new Dictionary<string, string>(StringComparer.Ordinal);
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, _) => { };
        process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException("Azurite ended before it listened."));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await ready.Task.WaitAsync(StartTimeout);
        }
        catch (InvalidOperationException)
        {
            // Only now: an older Node.js than Azurite asks for may do.
            if (await AzuriteInstallation.TooOldAsync(start.FileName, script) is { } reason)
            {
                throw new AzuriteMissingException(reason);
            }

            throw;
        }

        return $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={key};"
            + string.Concat(ports.Select(port => $"{port.Key}Endpoint=http://127.0.0.1:{port.Value}/{Account};"));

        void Note(string? line)
        {
            if (line is null || Listening().Match(line) is not { Success: true } match)
            {
                return;
            }

            ports[match.Groups["service"].Value] = match.Groups["port"].Value;
            if (ports.Count == 3)
            {
                ready.TrySetResult();
            }
        }
    }

    [GeneratedRegex(
        @"^Azurite (?<service>Blob|Queue|Table) service is successfully listening at http://127\.0\.0\.1:(?<port>[0-9]+)$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Listening();
}
