using System.Globalization;

namespace Truto;

/// <summary>How a <see cref="TrutoClient"/> reaches Truto. Set them before the client is made, and leave them then.</summary>
public sealed class TrutoOptions
{
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(1);

    /// <summary>Where Truto is. Must be https, except on the loopback interface, because the token travels with every call.</summary>
    public Uri BaseAddress { get; set; } = new("https://api.truto.one/");

    /// <summary>
    /// Where the bearer token comes from when a call names none; asked once per call, not per attempt. May be
    /// <see langword="null"/> where every call brings its own.
    /// </summary>
    public Func<CancellationToken, ValueTask<string>>? Token { get; set; }

    /// <summary>
    /// The longest that one attempt may take, from the connection to the last byte of the answer; 10 ms to one day. Of a stream, it
    /// bounds the wait for the headers and then each read.
    /// </summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The longest that a whole call may take, with the fetching of the token, all attempts and the waits between them; 10 ms to one
    /// day. Of a stream, it ends with the headers. <see cref="TrutoCall.Timeout"/> lowers it for one call.
    /// </summary>
    public TimeSpan OverallTimeout { get; set; } = TimeSpan.FromSeconds(100);

    /// <summary>How often a call is repeated after a failure that may pass, 0 to 20; 3 allows four attempts.</summary>
    public int MaxRetries { get; set; } = 3;

    /// <summary>The upper bound of the first wait, which doubles with each further one. Waits are drawn from 0 up to the bound.</summary>
    public TimeSpan BaseDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The upper bound of every wait for which the response asks no time of its own.</summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The largest answer that is read, in bytes; a larger one is refused. Streams have no bound.</summary>
    public long MaxResponseBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>How deep the JSON of an answer or of a request body may be nested, 1 to 1000 levels.</summary>
    public int MaxJsonDepth { get; set; } = 64;

    /// <summary>Everything that is wrong with the options, in words; empty where nothing is.</summary>
    internal IEnumerable<string> Errors()
    {
        if (BaseAddress is not { IsAbsoluteUri: true })
        {
            yield return "BaseAddress must be an absolute URL, for example https://api.truto.one/.";
        }
        else
        {
            if (BaseAddress.Scheme is not "https" && !(BaseAddress.Scheme is "http" && BaseAddress.IsLoopback))
            {
                yield return "BaseAddress must be an https URL, because the token travels with every call; http is for loopback only.";
            }

            if (BaseAddress.UserInfo.Length > 0 || BaseAddress.Query.Length > 0 || BaseAddress.Fragment.Length > 0)
            {
                yield return "BaseAddress must have no user, query or fragment.";
            }
        }

        if (AttemptTimeout < ShortestTimeout || AttemptTimeout > LongestTimeout)
        {
            yield return "AttemptTimeout must be between 10 milliseconds and one day.";
        }

        if (OverallTimeout < ShortestTimeout || OverallTimeout > LongestTimeout)
        {
            yield return "OverallTimeout must be between 10 milliseconds and one day.";
        }

        if (MaxRetries is < 0 or > 20)
        {
            yield return "MaxRetries must be between 0 and 20.";
        }

        if (BaseDelay < TimeSpan.Zero)
        {
            yield return "BaseDelay must not be negative.";
        }

        if (MaxDelay < BaseDelay || MaxDelay > LongestTimeout)
        {
            yield return "MaxDelay must be between BaseDelay and one day.";
        }

        if (MaxResponseBytes < 1 || MaxResponseBytes > Array.MaxLength)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"MaxResponseBytes must be between 1 and {Array.MaxLength}.");
        }

        if (MaxJsonDepth is < 1 or > 1000)
        {
            yield return "MaxJsonDepth must be between 1 and 1000.";
        }
    }
}
