using Microsoft.Extensions.Logging;

namespace Truto.Tests.Support;

/// <summary>Collects every line and every structured value that any logger is given.</summary>
internal sealed class LogCollector : ILoggerProvider, ILogger
{
    private readonly List<string> lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (lines)
            {
                return [.. lines];
            }
        }
    }

    public void Add(string line)
    {
        lock (lines)
        {
            lines.Add(line);
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        Add(Text(state));
        return null;
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Add(formatter(state, exception));
        Add(Text(state));
        Add(exception?.ToString() ?? "");
    }

    public void Dispose()
    {
    }

    private static string Text(object? state) =>
        state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs) : state?.ToString() ?? "";
}
