using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using UserSync.Console;

namespace Functions;

/// <summary>
/// The console. The host lets in whoever shows a function key: in a browser that is <c>?code=</c>, which pages pass on to one another.
/// </summary>
/// <param name="console">The pages.</param>
public sealed class ConsoleFunctions(ConsoleEndpoint console)
{
    private const string Root = "console";

    /// <summary>Answers with a page.</summary>
    /// <param name="request">The request; its path says which page.</param>
    /// <param name="cancellationToken">Stops.</param>
    [Function("Console")]
    public Task<IResult> ConsoleAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = Root + "/{*path}")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        // The host puts its own prefix before it.
        var path = request.Path.Value ?? string.Empty;
        var start = path.IndexOf($"/{Root}", StringComparison.OrdinalIgnoreCase) + Root.Length + 1;
        var frame = console.FrameOf(request, path[..start] + "/", path[start..].Trim('/'));
        return console.HandleAsync(request, frame with { Key = request.Query[ConsoleFrame.KeyParameter] }, cancellationToken);
    }
}
