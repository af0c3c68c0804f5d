using System.Collections.Concurrent;
using System.Diagnostics;

namespace Functions.Tests.Support;

/// <summary>Collects the finished spans of one trace, or of all of them.</summary>
internal sealed class SpanCollector : IDisposable
{
    private readonly ConcurrentQueue<Activity> spans = new();
    private readonly ActivityListener listener;

    /// <param name="isWanted">Which spans; other tests run at the same time.</param>
    internal SpanCollector(Func<Activity, bool> isWanted)
    {
        listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (isWanted(span))
                {
                    spans.Enqueue(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
    }

    internal IReadOnlyList<Activity> Spans => [.. spans];

    internal Activity Single(string name) => Assert.Single(Spans, span => span.DisplayName == name);

    public void Dispose() => listener.Dispose();
}
