using System.Diagnostics;
using Infra.Tests.Support;

namespace Infra.Tests.Delivery;

/// <summary>Runs <c>.ci/run</c> with a <c>dotnet</c> that only says and answers what a test wants.</summary>
public sealed class RunTests
{
    private const string Totals = "Test run summary\n  total: 12\n  failed: 0\n  succeeded: 10\n  skipped: 2\n  duration: 1s 2ms\n";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(Totals, 0, "10 passed, 0 failed")]
    [InlineData("  failed: 3\n  succeeded: 7\n", 2, "7 passed, 3 failed")]
    [InlineData("\u001b[31m  failed: 3\n\u001b[32m  succeeded: 7\n\u001b[m  skipped: 0\n", 2, "7 passed, 3 failed")]
    [InlineData("  succeeded: 7 of a test's own output\n" + Totals, 0, "10 passed, 0 failed")]
    [InlineData("it ends in the middle of a", 124, "0 passed, 1 failed")]
    public async Task The_last_line_has_the_runners_own_totals(string output, int status, string line)
    {
        var run = await RunAsync(output, status);
        Assert.Equal(line, run.Lines[^1]);
        Assert.Equal(status, run.Status);
    }

    [Theory]
    [InlineData("error CS1002: ; expected\nBuild failed with 1 error(s).\n", 1, "0 passed, 1 failed")]
    [InlineData(Totals + "  error: 1\n", 7, "10 passed, 1 failed")]
    [InlineData("", 137, "0 passed, 1 failed")]
    public async Task What_does_not_build_crashes_or_hangs_counts_as_failed(string output, int status, string line)
    {
        var run = await RunAsync(output, status);
        Assert.Equal(line, run.Lines[^1]);
        Assert.Equal(status, run.Status);
    }

    [Fact]
    public async Task It_runs_the_command_of_the_README_in_the_language_of_the_totals()
    {
        var run = await RunAsync(Totals, 0);
        Assert.Equal("arguments: test; language: en", run.Lines[0]);
        Assert.Contains("\n`dotnet test` runs everything", Repository.Read("README.md"));
    }

    private static async Task<(string[] Lines, int Status)> RunAsync(string output, int status)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It is a script for bash.");
        var folder = Directory.CreateTempSubdirectory("ci-run-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "output"), output, TestContext.Current.CancellationToken);
            Write(folder, "dotnet", $"""
                echo "arguments: $*; language: $DOTNET_CLI_UI_LANGUAGE"
                cat '{folder.FullName}/output'
                exit {status}
                """);

            // Found, so that none is installed.
            Write(folder, "chromium", "exit 1");

            var start = new ProcessStartInfo("bash", [Repository.PathOf(".ci/run")])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            };
            start.Environment["PATH"] = $"{folder.FullName}:{Environment.GetEnvironmentVariable("PATH")}";
            start.Environment["LANG"] = "de_DE.UTF-8";
            start.Environment.Remove("DOTNET_CLI_UI_LANGUAGE");
            using var limit = new CancellationTokenSource(Patience);
            using var process = Process.Start(start)!;
            var text = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            Assert.EndsWith("\n", text);
            return (text.TrimEnd('\n').Split('\n'), process.ExitCode);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Write(DirectoryInfo folder, string program, string script)
    {
        var path = Path.Combine(folder.FullName, program);
        File.WriteAllText(path, $"#!/usr/bin/env bash\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }
}
