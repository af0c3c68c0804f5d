using System.CommandLine;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Benchmarks.Micro;

namespace Benchmarks;

/// <summary><c>micro</c>: each step on the way of an event, beside the least that does the same work.</summary>
internal static class MicroCommand
{
    internal static Command Create()
    {
        var quick = new Option<bool>("--quick") { Description = "Run each only once, to see that it runs" };
        var command = new Command("micro", "Time and allocations of each step, beside the same written by hand") { quick };
        command.SetAction(parsed =>
        {
            var job = (parsed.GetValue(quick) ? Job.Dry : Job.ShortRun).WithToolchain(InProcessEmitToolchain.Instance);
            var folder = Directory.CreateTempSubdirectory("truto-user-sync-micro-results-").FullName;
            var config = ManualConfig.CreateEmpty().AddJob(job).AddColumnProvider(DefaultColumnProviders.Instance).AddLogger(ConsoleLogger.Default)
                .AddExporter(MarkdownExporter.GitHub).WithArtifactsPath(folder);
            var summaries = BenchmarkRunner.Run([typeof(Verification), typeof(Transformation)], config);
            Console.WriteLine($"The tables are in {folder}.");
            return summaries.Any(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success)) ? 1 : 0;
        });
        return command;
    }
}
