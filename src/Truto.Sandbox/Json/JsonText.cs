using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Truto.Sandbox.Json;

/// <summary>Writes JSON into a buffer that a thread uses again and again.</summary>
internal static class JsonText
{
    private const int MaxKept = 1024 * 1024;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? KeptBuffer;

    [ThreadStatic]
    private static Utf8JsonWriter? KeptWriter;

    /// <param name="state">What <paramref name="write"/> needs, so that it captures nothing.</param>
    /// <param name="write">Writes one value, and writes no JSON text of its own meanwhile.</param>
    public static byte[] Write<T>(T state, Action<Utf8JsonWriter, T> write)
    {
        // Taken while in use, so that a writer left behind by an exception is not used again.
        var output = KeptBuffer ?? new ArrayBufferWriter<byte>(1024);
        var json = KeptWriter ?? new Utf8JsonWriter(output, Options);
        (KeptBuffer, KeptWriter) = (null, null);
        output.ResetWrittenCount();
        json.Reset(output);
        write(json, state);
        json.Flush();
        var text = output.WrittenSpan.ToArray();
        if (output.Capacity <= MaxKept)
            (KeptBuffer, KeptWriter) = (output, json);
        return text;
    }
}
