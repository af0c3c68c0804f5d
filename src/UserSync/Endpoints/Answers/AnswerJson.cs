using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace UserSync.Endpoints.Answers;

/// <summary>How answers are written: readable in a terminal. They are served as JSON and never as a page, so nothing more is escaped.</summary>
[JsonSerializable(typeof(EventAnswer))]
[JsonSerializable(typeof(EventPageAnswer))]
[JsonSerializable(typeof(ReplayAnswer))]
[JsonSerializable(typeof(ForecastAnswer))]
[JsonSerializable(typeof(ForecastPageAnswer))]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(ProblemAnswer))]
public sealed partial class AnswerJson : JsonSerializerContext
{
    /// <summary>What every host writes with.</summary>
    public static AnswerJson Readable { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new UtcTimeConverter() },
        NumberHandling = JsonNumberHandling.Strict,
    });
}
