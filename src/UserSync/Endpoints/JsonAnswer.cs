using System.Text.Encodings.Web;
using System.Text.Json;

namespace UserSync.Endpoints;

/// <summary>How answers are written: readable in a terminal. They are served as JSON and never as a page, so nothing more is escaped.</summary>
internal static class JsonAnswer
{
    internal static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
