using System.ComponentModel;
using System.Text.Json.Serialization;

namespace UserSync.Endpoints.Answers;

/// <summary>What a replay of a page of events would do.</summary>
/// <param name="Events">What the replay of each would do.</param>
/// <param name="Cursor">Where the next page begins.</param>
[Description("What a replay of a page of events would do.")]
public sealed record ForecastPageAnswer(
    [property: Description("What the replay of each would do.")] IReadOnlyList<ForecastAnswer> Events,
    [property: Description("Where the next page begins; null on the last."), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Cursor);
