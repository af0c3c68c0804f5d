using System.CommandLine;
using Truto.Sandbox;

namespace Benchmarks;

/// <summary><c>upstream</c>: an in-memory Truto in a process of its own, without limits.</summary>
internal static class UpstreamCommand
{
    internal static Command Create()
    {
        var url = new Option<string>("--url") { Description = "The address to listen on", Required = true };
        var command = new Command("upstream", "An in-memory Truto with the users that deliveries are for") { url };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var truto = new SandboxTruto(TimeProvider.System, new SandboxOptions { Limits = SandboxLimits.Off, CallCapacity = 1 });
            truto.PutAccount(new SandboxAccount(Workspace.Account, "planhat"));
            for (var user = 0; user < Workspace.Users; user++)
            {
                truto.PutUser(Workspace.Account, new SandboxUser($"user-{user:0000}"));
            }

            await using var server = await SandboxServer.StartAsync(truto, new Uri(parsed.GetRequiredValue(url)).Port, cancellationToken);
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return 0;
        });
        return command;
    }
}
