using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Infra.Tests.Support;

/// <summary>The Bicep CLI, from its NuGet package.</summary>
internal static class BicepCli
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    // The package says where it is with the separators of Windows.
    private static readonly string? Executable = typeof(BicepCli).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(metadata => metadata.Key == "BicepPath")?.Value is { } path ? Path.GetFullPath(path.Replace('\\', '/')) : null;

    // Each run takes a core for seconds.
    private static readonly SemaphoreSlim Turns = new(2);

    /// <summary>Runs it; skips the test where the package does not exist for the platform.</summary>
    /// <param name="folder">The folder to run in.</param>
    /// <param name="environment">Environment variables, besides those that the tests themselves run with; null takes one away.</param>
    /// <param name="arguments">The arguments.</param>
    public static async Task<BicepResult> RunAsync(
        string folder, IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        Assert.SkipWhen(Executable is null, $"No package has the Bicep CLI for {RuntimeInformation.RuntimeIdentifier}.");
        var start = new ProcessStartInfo(Executable, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        await Turns.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            using var deadline = new CancellationTokenSource(Timeout);
            using var process = Process.Start(start) ?? throw new InvalidOperationException($"{Executable} did not start.");
            try
            {
                var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
                var findings = process.StandardError.ReadToEndAsync(deadline.Token);
                await process.WaitForExitAsync(deadline.Token);
                return new BicepResult(process.ExitCode, await output, (await findings).Trim());
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }
        }
        finally
        {
            Turns.Release();
        }
    }
}
