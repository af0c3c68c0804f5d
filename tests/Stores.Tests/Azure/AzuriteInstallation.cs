using System.Diagnostics;
using System.Text.Json;

namespace Stores.Tests.Azure;

/// <summary>Finds Azurite's script, and installs it where there is none.</summary>
internal static class AzuriteInstallation
{
    private const string Script = "node_modules/azurite/dist/src/azurite.js";

    /// <summary>The path of Azurite's script.</summary>
    /// <param name="timeout">How long installing it may take.</param>
    /// <exception cref="AzuriteMissingException">There is none.</exception>
    internal static async Task<string> FindAsync(TimeSpan timeout)
    {
        if (Environment.GetEnvironmentVariable("AZURITE") is { Length: > 0 } named)
        {
            return ScriptOf(named) ?? throw new InvalidOperationException("AZURITE names no file azurite.js, nor a link to one.");
        }

        if (OnPath("node") is null)
        {
            throw new AzuriteMissingException("Azurite needs Node.js, which is not installed here.");
        }

        var folder = Path.Combine(CacheFolder(), $"azurite-{Version()}");
        var cached = Path.Combine(folder, Script);
        if (OnPath("azurite") is { } found && ScriptOf(found) is { } script)
        {
            return script;
        }

        if (!File.Exists(cached))
        {
            await InstallAsync(folder, timeout);
        }

        return cached;
    }

    private static string CacheFolder()
    {
        var root = OperatingSystem.IsWindows()
            ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME")
                ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(root, "truto-user-sync");
    }

    private static string Package()
    {
        using var reader = new StreamReader(typeof(AzuriteInstallation).Assembly.GetManifestResourceStream("azurite/package.json")!);
        return reader.ReadToEnd();
    }

    private static string Version() => JsonElement.Parse(Package()).GetProperty("dependencies").GetProperty("azurite").GetString()!;

    private static string? OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(folder => ((string[])[program, $"{program}.exe", $"{program}.cmd"]).Select(file => Path.Combine(folder, file)))
        .FirstOrDefault(File.Exists);

    /// <summary>The script behind a link that npm has put somewhere.</summary>
    private static string? ScriptOf(string path)
    {
        var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        return target.EndsWith(".js", StringComparison.Ordinal) && File.Exists(target) ? target : null;
    }

    /// <summary>Installs beside where it is to be, so that nobody ever finds a half of it.</summary>
    private static async Task InstallAsync(string folder, TimeSpan timeout)
    {
        var npm = OnPath("npm")
            ?? throw new AzuriteMissingException("Azurite is not installed here, and neither is npm, which could install it.");
        var draft = $"{folder}-{Guid.NewGuid():N}";
        Directory.CreateDirectory(draft);
        try
        {
            await InstallAsync(npm, draft, timeout);
            Directory.Move(draft, folder);
        }
        catch (IOException) when (File.Exists(Path.Combine(folder, Script)))
        {
            // Another test run was faster.
        }
        finally
        {
            if (Directory.Exists(draft))
            {
                Directory.Delete(draft, recursive: true);
            }
        }
    }

    private static async Task InstallAsync(string npm, string folder, TimeSpan timeout)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "package.json"), Package());
        var start = new ProcessStartInfo(npm)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        foreach (var argument in (string[])["install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"])
        {
            start.ArgumentList.Add(argument);
        }

        using var limit = new CancellationTokenSource(timeout);
        using var process = Process.Start(start)!;
        try
        {
            await Task.WhenAll(
                process.StandardOutput.ReadToEndAsync(limit.Token),
                process.StandardError.ReadToEndAsync(limit.Token),
                process.WaitForExitAsync(limit.Token));
        }
        catch (OperationCanceledException exception)
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException("npm did not install Azurite in time.", exception);
        }

        if (!File.Exists(Path.Combine(folder, Script)))
        {
            throw new InvalidOperationException($"npm could not install Azurite (it ended with {process.ExitCode}).");
        }
    }
}
