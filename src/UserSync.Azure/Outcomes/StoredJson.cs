using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace UserSync.Azure.Outcomes;

/// <summary>The form in which outcomes and updates are kept: compact JSON, as deep as events may be.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    MaxDepth = 512)]
[JsonSerializable(typeof(StoredOutcome))]
[JsonSerializable(typeof(StoredEvent))]
[JsonSerializable(typeof(StoredUpdate))]
internal sealed partial class StoredJson : JsonSerializerContext
{
    /// <summary>
    /// The generated default escapes every letter beyond ASCII, which makes some events six times as large. Nobody puts this in a page.
    /// </summary>
    internal static StoredJson Compact => Holder.Compact;

    // Of its own, because the order in which the generated fields are filled is not known.
    private static class Holder
    {
        internal static readonly StoredJson Compact = new(
            new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
