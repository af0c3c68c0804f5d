using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using UserSync.Console.Assets;
using UserSync.Console.DeadLetters;
using UserSync.Console.Events;
using UserSync.Console.Overview;
using UserSync.Console.Playground;
using UserSync.Console.Sources;
using UserSync.Receiving;

namespace UserSync.Console;

/// <summary>
/// The console's one door: finds the page, checks that a form is one of ours, and forbids the browser everything that no page needs. Who
/// may come in is the host's business.
/// </summary>
public sealed partial class ConsoleEndpoint
{
    private const int MostForm = 8 * 1024 * 1024;

    private const string Policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    private static readonly Route[] Routes =
    [
        new("GET", string.Empty, console => console.overview.ShowAsync),
        new("GET", "events", console => console.events.ListAsync),
        new("GET", "event", console => console.events.ShowAsync),
        new("POST", "event/reveal", console => console.events.RevealAsync),
        new("POST", "event/dry-run", console => console.events.DryRunAsync),
        new("POST", "event/replay", console => console.events.ReplayAsync),
        new("GET", "dead-letters", console => console.deadLetters.ShowAsync),
        new("POST", "dead-letters/forecast", console => console.deadLetters.ForecastAsync),
        new("POST", "dead-letters/replay", console => console.deadLetters.ReplayAsync),
        new("GET", "sources", console => console.sources.ShowAsync),
        new("GET", "playground", console => console.playground.ShowAsync),
        new("POST", "playground", console => console.playground.ActAsync),
    ];

    private readonly IAntiforgery antiforgery;
    private readonly ReceivingOptions receiving;
    private readonly ILogger<ConsoleEndpoint> logger;
    private readonly EventPages events;
    private readonly DeadLetterPages deadLetters;
    private readonly SourcePages sources;
    private readonly PlaygroundPages playground;
    private readonly OverviewPages overview;

    /// <summary>Puts the pages together.</summary>
    /// <param name="antiforgery">Tells forms of ours from others.</param>
    /// <param name="receiving">Where vendors send deliveries.</param>
    /// <param name="events">The events.</param>
    /// <param name="deadLetters">The dead letters.</param>
    /// <param name="sources">The sources.</param>
    /// <param name="playground">The playground.</param>
    /// <param name="overview">The overview.</param>
    /// <param name="logger">The log.</param>
    public ConsoleEndpoint(
        IAntiforgery antiforgery,
        IOptions<ReceivingOptions> receiving,
        EventPages events,
        DeadLetterPages deadLetters,
        SourcePages sources,
        PlaygroundPages playground,
        OverviewPages overview,
        ILogger<ConsoleEndpoint> logger)
    {
        ArgumentNullException.ThrowIfNull(receiving);
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(deadLetters);
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(playground);
        ArgumentNullException.ThrowIfNull(overview);
        this.antiforgery = antiforgery;
        this.logger = logger;
        this.receiving = receiving.Value;
        this.events = events;
        this.deadLetters = deadLetters;
        this.sources = sources;
        this.playground = playground;
        this.overview = overview;
    }

    private delegate Task<IResult> Handler(ConsoleRequest request, CancellationToken cancellationToken);

    /// <summary>The paths of all pages, actions and files, below the console's own.</summary>
    public static IEnumerable<string> Paths => Routes.Select(route => route.Path)
        .Concat(AssetFiles.All.Select(asset => asset.Path))
        .Distinct(StringComparer.Ordinal);

    /// <summary>What is around a page that this request asks for.</summary>
    /// <param name="request">The request.</param>
    /// <param name="root">The path of the console, with a slash at its end.</param>
    /// <param name="path">The path of the page below it.</param>
    public ConsoleFrame FrameOf(HttpRequest request, string root, string path)
    {
        ArgumentNullException.ThrowIfNull(request);
        var url = receiving.PublicUrl?.OriginalString.TrimEnd('/') ?? $"{request.Scheme}://{request.Host}";
        return new ConsoleFrame { Root = root, Path = path, Webhooks = $"{url}/api/webhooks/" };
    }

    /// <summary>Whether a path is that of a file that every page loads, and that tells nothing.</summary>
    /// <param name="path">The path below the console's own.</param>
    public static bool IsAsset(string path) => AssetFiles.All.Any(asset => asset.Path == path);

    /// <summary>Says that somebody may not come in.</summary>
    /// <param name="frame">What is around the page.</param>
    /// <param name="remedy">What to do about it.</param>
    public static IResult Refuse(ConsoleFrame frame, string remedy) =>
        Pages.Say(frame, StatusCodes.Status403Forbidden, "The console is closed", remedy);

    /// <summary>Forbids a browser everything that no page of the console needs.</summary>
    /// <param name="response">The response.</param>
    public static void Harden(HttpResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.XFrameOptions = "DENY";
        response.Headers.CacheControl = "no-store";

        // Without it, a browser says that a form comes from nowhere.
        response.Headers["Referrer-Policy"] = "same-origin";
        response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    /// <summary>Answers a request of somebody who may come in.</summary>
    /// <param name="request">The request.</param>
    /// <param name="frame">What is around the page.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<IResult> HandleAsync(HttpRequest request, ConsoleFrame frame, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(frame);
        Harden(request.HttpContext.Response);
        var method = HttpMethods.IsHead(request.Method) ? HttpMethods.Get : request.Method.ToUpperInvariant();
        if (method == HttpMethods.Get && AssetFiles.All.FirstOrDefault(asset => asset.Path == frame.Path) is { } asset)
        {
            return new AssetResult(asset);
        }

        if (await CheckFormAsync(request, frame) is { } refusal)
        {
            return refusal;
        }

        frame = WithToken(request.HttpContext, frame);
        if (method == HttpMethods.Get && frame.Path.Contains('/', StringComparison.Ordinal) && Find(HttpMethods.Post, frame.Path) is not null)
        {
            return BackToPage(request, frame);
        }

        if (Find(method, frame.Path) is { } route)
        {
            return await TryAsync(route.HandlerOf(this), new ConsoleRequest(request, frame), cancellationToken);
        }

        return Pages.Say(frame, StatusCodes.Status404NotFound, "There is no such page", "The address may have been cut, or the page has moved.");
    }

    private static Route? Find(string method, string path) => Array.Find(Routes, route => route.Method == method && route.Path == path);

    private static IResult TooOld(ConsoleFrame frame) => Pages.Say(
        frame, StatusCodes.Status400BadRequest, "This form is too old", "Go back, load the page again, and repeat what you did.");

    /// <summary>An action that is loaded again leads to the page that it was done on.</summary>
    private static IResult BackToPage(HttpRequest request, ConsoleFrame frame)
    {
        var query = request.Query.Where(pair => pair.Key != ConsoleFrame.KeyParameter).Select(pair => (pair.Key, (string?)pair.Value));
        return Results.LocalRedirect(frame.Link(frame.Path.Split('/')[0], query));
    }

    private async Task<IResult> TryAsync(Handler handler, ConsoleRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await handler(request, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            Log.Failed(logger, request.Frame.Path, exception);
            return Pages.Say(
                request.Frame,
                StatusCodes.Status503ServiceUnavailable,
                "This cannot be shown at the moment",
                "The store may be out of reach. It has been logged.");
        }
    }

    /// <summary>Gives a frame what its forms have to carry.</summary>
    /// <param name="context">The request and its answer, which gets the other half as a cookie.</param>
    /// <param name="frame">The frame.</param>
    public ConsoleFrame WithToken(HttpContext context, ConsoleFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var tokens = antiforgery.GetAndStoreTokens(context);
        return frame with { TokenField = tokens.FormFieldName, Token = tokens.RequestToken! };
    }

    /// <summary>Reads a form within bounds, and says why it is not believed; <see langword="null"/> where it is, or there is none.</summary>
    /// <param name="request">The request.</param>
    /// <param name="frame">What is around the page.</param>
    public async Task<IResult?> CheckFormAsync(HttpRequest request, ConsoleFrame frame)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        {
            return null;
        }

        var features = request.HttpContext.Features;
        if (features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = MostForm;
        }

        var bounds = new FormOptions { ValueCountLimit = 64, KeyLengthLimit = 256, ValueLengthLimit = MostForm };
        features.Set<IFormFeature>(new FormFeature(request, bounds));
        try
        {
            return await antiforgery.IsRequestValidAsync(request.HttpContext) ? null : TooOld(frame);
        }
        catch (AntiforgeryValidationException exception) when (exception.InnerException is InvalidDataException or BadHttpRequestException)
        {
            return Pages.Say(frame, StatusCodes.Status413PayloadTooLarge, "This is too much", "A form may hold at most 8 MiB.");
        }
        catch (AntiforgeryValidationException)
        {
            return TooOld(frame);
        }
    }

    private sealed record Route(string Method, string Path, Func<ConsoleEndpoint, Handler> HandlerOf);

    private static partial class Log
    {
        [LoggerMessage(526, LogLevel.Error, "The console's page {Path} cannot be shown.")]
        public static partial void Failed(ILogger logger, string path, Exception exception);
    }
}
