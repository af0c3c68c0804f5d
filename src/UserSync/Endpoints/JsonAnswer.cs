using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using UserSync.Expressions;

namespace UserSync.Endpoints;

/// <summary>How answers are written: readable in a terminal. They are served as JSON and never as a page, so nothing more is escaped.</summary>
internal static class JsonAnswer
{
    internal static readonly JsonWriterOptions Options = JsonBuffer.Readable;

    /// <summary>Writes a whole answer at once, with its length, so that it need not be cut into pieces.</summary>
    /// <typeparam name="T">What it is made of.</typeparam>
    /// <param name="response">The response, with its status and headers.</param>
    /// <param name="value">What it is made of.</param>
    /// <param name="write">Writes it.</param>
    internal static void Write<T>(HttpResponse response, T value, Action<Utf8JsonWriter, T> write)
    {
        using var buffer = JsonBuffer.TakeReadable();
        write(buffer.Writer, value);
        var written = buffer.Written;
        response.ContentType = "application/json";
        response.ContentLength = written.Length;
        response.BodyWriter.Write(written);
    }
}
