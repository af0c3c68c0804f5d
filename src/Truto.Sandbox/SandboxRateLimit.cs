using System.Globalization;

namespace Truto.Sandbox;

/// <summary>So many requests in so much time. The window starts with the first request after the previous window ended.</summary>
public sealed record SandboxRateLimit
{
    private const int MaxRequests = 10_000_000;

    /// <param name="requests">How many requests a window takes, from 1 to 10,000,000.</param>
    /// <param name="window">How long a window is, from one second to one day, in whole seconds.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public SandboxRateLimit(int requests, TimeSpan window)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(requests, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(requests, MaxRequests);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(window, TimeSpan.FromDays(1));
        ArgumentOutOfRangeException.ThrowIfNotEqual(window.Ticks % TimeSpan.TicksPerSecond, 0, nameof(window));
        Requests = requests;
        Window = window;
        HeaderValue = string.Create(CultureInfo.InvariantCulture, $"{requests};w={(int)window.TotalSeconds}");
    }

    /// <summary>How many requests a window takes.</summary>
    public int Requests { get; }

    /// <summary>How long a window is.</summary>
    public TimeSpan Window { get; }

    /// <summary>The value of <c>ratelimit-limit</c>, for example <c>110;w=10</c>.</summary>
    internal string HeaderValue { get; }
}
