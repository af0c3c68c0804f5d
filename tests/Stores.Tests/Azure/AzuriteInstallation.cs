using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Stores.Tests.Azure;

/// <summary>Finds Azurite's script, and installs it where there is none.</summary>
internal static partial class AzuriteInstallation
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

    /// <summary>Why this Node.js may not run that Azurite; null where its age is no reason.</summary>
    /// <param name="node">The program.</param>
    /// <param name="script">The path of Azurite's script.</param>
    internal static async Task<string?> TooOldAsync(string node, string script)
    {
        var package = Path.Combine(Path.GetDirectoryName(script)!, "..", "..", "package.json");
        if (!File.Exists(package))
        {
            return null;
        }

        var start = new ProcessStartInfo(node, "--version") { UseShellExecute = false, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var version = (await process.StandardOutput.ReadToEndAsync()).Trim();
        await process.WaitForExitAsync();
        var needed = JsonElement.Parse(await File.ReadAllTextAsync(package)).GetProperty("engines").GetProperty("node").GetString()!;
        return Major(version) < Major(needed) ? $"Azurite asks for Node.js {needed}, and here is {version}." : null;
    }

    /// <summary>Installs into a folder.</summary>
    /// <param name="npm">The program.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <exception cref="AzuriteMissingException">It did not work, for example because no registry can be reached.</exception>
    internal static async Task InstallAsync(string npm, string folder, TimeSpan timeout)
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
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await Task.WhenAll(process.StandardOutput.ReadToEndAsync(limit.Token), errors, process.WaitForExitAsync(limit.Token));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new AzuriteMissingException($"Azurite is not installed here, and npm did not install it within {timeout}.");
        }

        if (!File.Exists(Path.Combine(folder, Script)))
        {
            var first = (await errors).Trim().Split('\n')[0];
            throw new AzuriteMissingException(
                $"Azurite is not installed here, and npm could not install it (it ended with {process.ExitCode}): {first}");
        }
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

    private static int Major(string version) => int.Parse(FirstNumber().Match(version).Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("[0-9]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FirstNumber();
}
