using System.Text.Json;

namespace Server.Tests.Support;

/// <summary>What must become of one event of a recorded delivery.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Type">Its type.</param>
/// <param name="Time">When the change happened.</param>
/// <param name="Outcome">What became of it: <c>applied</c>, <c>skipped</c> or <c>failed</c>.</param>
/// <param name="Reason">Why it was skipped.</param>
/// <param name="Cause">Why it failed.</param>
/// <param name="User">The CRM user that Truto was asked to update.</param>
/// <param name="Patch">The body that Truto was sent.</param>
internal sealed record ExpectedEvent(
    string Id,
    string? Type,
    DateTimeOffset Time,
    string Outcome,
    string? Reason = null,
    string? Cause = null,
    string? User = null,
    JsonElement? Patch = null);
