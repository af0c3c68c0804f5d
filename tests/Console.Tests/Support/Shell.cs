using System.Diagnostics;

namespace Console.Tests.Support;

/// <summary>A shell, for commands that are there to be pasted into one.</summary>
internal static class Shell
{
    /// <summary>The request that a <c>curl</c> command would send: a shell splits the command, and nothing is sent.</summary>
    internal static async Task<HttpRequestMessage> CurlAsync(string command, CancellationToken cancellationToken)
    {
        var arguments = await SplitAsync(command, cancellationToken);
        var method = arguments.IndexOf("-X") is >= 0 and var at ? new HttpMethod(arguments[at + 1]) : HttpMethod.Post;
        var request = new HttpRequestMessage(method, arguments[^1]) { Content = new StringContent(arguments[arguments.IndexOf("-d") + 1]) };
        request.Content.Headers.Clear();
        foreach (var header in arguments.Index().Where(argument => argument.Item == "-H").Select(argument => arguments[argument.Index + 1].Split(": ", 2)))
        {
            if (!request.Headers.TryAddWithoutValidation(header[0], header[1]))
            {
                request.Content.Headers.TryAddWithoutValidation(header[0], header[1]);
            }
        }

        return request;
    }

    private static async Task<List<string>> SplitAsync(string command, CancellationToken cancellationToken)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh")
        {
            ArgumentList = { "-c", $$"""curl() { printf '%s\0' "$@"; }; {{command}}""" },
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var output = await shell.StandardOutput.ReadToEndAsync(cancellationToken);
        await shell.WaitForExitAsync(cancellationToken);
        return [.. output.Split('\0')[..^1]];
    }
}
