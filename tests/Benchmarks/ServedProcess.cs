using System.Diagnostics;

namespace Benchmarks;

/// <summary>A server in a process of its own, as every server that is measured.</summary>
internal sealed class ServedProcess : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly Process process;
    private readonly Uri address;

    /// <summary>Starts a program.</summary>
    /// <param name="address">Where it listens.</param>
    /// <param name="file">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">What is added to its environment.</param>
    internal ServedProcess(Uri address, string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        this.address = address;
        var start = new ProcessStartInfo(file) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) => Console.Error.Write(line.Data is null ? string.Empty : line.Data + Environment.NewLine);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The processor time that it has used.</summary>
    internal TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>The memory that it has, in bytes.</summary>
    internal long Resident
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>Starts one of this program's own servers.</summary>
    /// <param name="command">The command.</param>
    /// <param name="address">Where it is to listen.</param>
    /// <param name="arguments">Further arguments.</param>
    internal static ServedProcess OfCommand(string command, Uri address, params IEnumerable<string> arguments) => new(
        address, "dotnet", [Path.Combine(AppContext.BaseDirectory, "Benchmarks.dll"), command, "--url", Text(address), .. arguments]);

    /// <summary>Starts the product.</summary>
    /// <param name="address">Where it is to listen.</param>
    /// <param name="settings">Its environment.</param>
    /// <param name="folder">Where it was published to; otherwise it is the one that was built with this program.</param>
    internal static ServedProcess OfProduct(Uri address, IReadOnlyDictionary<string, string> settings, string? folder = null)
    {
        folder ??= AppContext.BaseDirectory;
        string[] arguments = ["serve", "--url", Text(address)];
        return HasRuntime(folder)
            ? new ServedProcess(address, Path.Combine(folder, OperatingSystem.IsWindows() ? "Server.exe" : "Server"), arguments, settings)
            : new ServedProcess(address, "dotnet", [Path.Combine(folder, "Server.dll"), .. arguments], settings);
    }

    /// <summary>Waits until it answers.</summary>
    /// <param name="http">Asks it.</param>
    /// <param name="path">What it is asked for.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="InvalidOperationException">It has ended.</exception>
    internal async Task WaitAsync(HttpClient http, string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                using var response = await http.GetAsync(new Uri(address, path), cancellationToken);
                return;
            }
            catch (HttpRequestException) when (!process.HasExited)
            {
                await Task.Delay(Pause, cancellationToken);
            }
            catch (HttpRequestException exception)
            {
                throw new InvalidOperationException($"The server ended with {process.ExitCode}.", exception);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        process.Dispose();
    }

    private static bool HasRuntime(string folder) => File.Exists(Path.Combine(folder, "System.Private.CoreLib.dll"));

    private static string Text(Uri address) => address.GetLeftPart(UriPartial.Authority);
}
