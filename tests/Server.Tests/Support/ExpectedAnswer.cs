using System.Text.Json;

namespace Server.Tests.Support;

/// <summary>What must become of a recorded delivery.</summary>
/// <param name="Status">The status of the answer.</param>
/// <param name="ContentType">The media type of the answer; <see langword="null"/> where it follows from the events.</param>
/// <param name="Body">The exact body of the answer; <see langword="null"/> where it follows from the events.</param>
/// <param name="Headers">Further headers of the answer.</param>
/// <param name="RefusedWith">The status of the answer to the delivery once it was tampered with.</param>
/// <param name="IsArray">Whether the delivery is an array of events.</param>
/// <param name="Events">Its events.</param>
internal sealed record ExpectedAnswer(
    int Status,
    string? ContentType = null,
    string? Body = null,
    IReadOnlyDictionary<string, string>? Headers = null,
    int RefusedWith = 401,
    bool IsArray = false,
    IReadOnlyList<ExpectedEvent>? Events = null)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public static ExpectedAnswer Of(RecordedDelivery delivery) => JsonSerializer.Deserialize<ExpectedAnswer>(
        File.ReadAllBytes(Path.Combine(RecordedDelivery.Folder, "expected", $"{delivery.Name}.json")), Options)!;
}
