using System.Text.Json.Nodes;
using UserSync.Receiving.Verification;

namespace Server.Demo;

/// <summary>One delivery of the demonstration, and how it should go.</summary>
/// <param name="Title">Who sends what.</param>
/// <param name="Source">The source.</param>
/// <param name="Body">The body before it is signed.</param>
/// <param name="Expected">The status that should be answered.</param>
internal sealed record DemoStep(string Title, string Source, JsonNode Body, int Expected)
{
    /// <summary>What is done to the delivery after it was signed.</summary>
    public Action<DeliveryDraft>? Tamper { get; init; }

    /// <summary>The event's id.</summary>
    public string? EventId => (string?)Body["id"];

    /// <summary>What should become of the event later, where the source does not wait for it.</summary>
    public string? Outcome { get; init; }

    /// <summary>How many updates should reach Truto.</summary>
    public int Updates { get; init; }
}
