using System.Diagnostics.Metrics;

namespace UserSync.Tests.Support;

/// <summary>What meters measure, from now on.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly List<Instrument> instruments = [];
    private readonly List<string> lines = [];

    /// <param name="meters">The meters.</param>
    internal Measurements(TestMeters meters)
    {
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Meter.Scope == meters)
            {
                instruments.Add(instrument);
                listening.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.Start();
    }

    /// <summary>The instruments, in the order in which they were made.</summary>
    internal IReadOnlyList<Instrument> Instruments => instruments;

    /// <summary>Name, value and tags of each measurement.</summary>
    internal IReadOnlyList<string> Lines => lines;

    public void Dispose() => listener.Dispose();

    /// <summary>What one instrument measured.</summary>
    /// <param name="instrument">Its name.</param>
    internal IEnumerable<string> Of(string instrument) => lines.Where(line => line.Split(' ')[0] == instrument);

    private void Note<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        where T : struct
    {
        var text = FormattableString.Invariant($"{instrument.Name} {value}");
        foreach (var (name, tag) in tags)
        {
            text += $" {name}={tag}";
        }

        lines.Add(text);
    }
}
