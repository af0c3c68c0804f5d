using System.Diagnostics.Metrics;

namespace UserSync.Tests.Support;

/// <summary>Meters that nobody else listens to by accident: they are in a scope of their own.</summary>
internal sealed class TestMeters : IMeterFactory
{
    public Meter Create(MeterOptions options) => new(new MeterOptions(options.Name) { Scope = this });

    public void Dispose()
    {
    }
}
