using System.Diagnostics;

namespace Chaos;

/// <summary>The real server in a process of its own, which can be killed and started again.</summary>
/// <param name="settings">Its environment.</param>
/// <param name="address">Where it listens.</param>
internal sealed class ServerProcess(IReadOnlyDictionary<string, string> settings, Uri address) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private Process? process;

    /// <summary>The processor time that it has used since it was started.</summary>
    internal TimeSpan ProcessorTime
    {
        get
        {
            process!.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Starts it, and waits until it answers.</summary>
    internal async Task StartAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Server.dll"));
        start.ArgumentList.Add("serve");
        start.ArgumentList.Add("--url");
        start.ArgumentList.Add(address.GetLeftPart(UriPartial.Authority));
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) => Console.Error.Write(line.Data is null ? string.Empty : line.Data + Environment.NewLine);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        while (!await AnswersAsync(http, cancellationToken))
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"The server ended with {process.ExitCode}.");
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>Kills it without a word: SIGKILL.</summary>
    internal async Task KillAsync(CancellationToken cancellationToken)
    {
        process!.Kill();
        await process.WaitForExitAsync(cancellationToken);
        process.Dispose();
        process = null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        process?.Kill();
        process?.Dispose();
    }

    private async Task<bool> AnswersAsync(HttpClient http, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.GetAsync(new Uri(address, "/api/health"), cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
