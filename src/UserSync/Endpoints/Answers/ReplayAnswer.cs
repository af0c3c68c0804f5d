using System.ComponentModel;
using System.Text.Json.Serialization;

namespace UserSync.Endpoints.Answers;

/// <summary>What was replayed.</summary>
/// <param name="Replayed">How many events were put on the queue again.</param>
/// <param name="Left">How many of the page were left as they are.</param>
/// <param name="Cursor">Where the next page begins.</param>
[Description("What was replayed.")]
public sealed record ReplayAnswer(
    [property: Description("How many events were put on the queue again.")] int Replayed,
    [property: Description("How many of the page cannot be replayed and were left as they are.")] int Left,
    [property: Description("Where the next page begins; null on the last."), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Cursor);
