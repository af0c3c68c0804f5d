using System.ComponentModel;
using System.Text.Json.Serialization;

namespace UserSync.Endpoints.Answers;

/// <summary>A page of events, the latest first.</summary>
/// <param name="Events">The events.</param>
/// <param name="Cursor">Where the next page begins.</param>
[Description("A page of events, the latest first.")]
public sealed record EventPageAnswer(
    [property: Description("The events.")] IReadOnlyList<EventAnswer> Events,
    [property: Description("Where the next page begins; null on the last."), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Cursor);
