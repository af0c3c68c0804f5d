using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using Azure.Core.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Stores.Tests.Azure;

/// <summary>
/// Collects what is logged: by the loggers that it makes, and by Azure's clients, of this test and of those that run beside it.
/// </summary>
internal sealed class LogCollector : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<string> lines = new();
    private readonly AzureEventSourceListener listener;

    public LogCollector() => listener = new AzureEventSourceListener(
        (args, message) => lines.Enqueue($"{message} {string.Join(' ', args.Payload ?? new([]))}"), EventLevel.Verbose);

    public IReadOnlyList<string> Lines => [.. lines];

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");

    public void Dispose() => listener.Dispose();
}
