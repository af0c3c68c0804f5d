using System.Text.Json;

namespace Functions.Tests.Support;

/// <summary>What a caller gets.</summary>
/// <param name="Status">The status.</param>
/// <param name="ContentType">The media type.</param>
/// <param name="Body">The body.</param>
internal sealed record Answer(int Status, string? ContentType, string Body)
{
    internal JsonElement Json => JsonElement.Parse(Body);
}
