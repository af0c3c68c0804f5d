using Microsoft.Extensions.Logging;

namespace UserSync.Tests.Support;

/// <summary>Collects everything that a logger is given.</summary>
internal sealed class LogCollector<T> : ILogger<T>
{
    private readonly Lock gate = new();
    private readonly List<string> lines = [];

    internal IReadOnlyList<string> Lines
    {
        get
        {
            lock (gate)
            {
                return [.. lines];
            }
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (gate)
        {
            lines.Add($"{logLevel} {formatter(state, exception)}");
        }
    }
}
