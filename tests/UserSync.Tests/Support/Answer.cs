using System.Text.Json;

namespace UserSync.Tests.Support;

/// <summary>What a caller is answered.</summary>
internal sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    internal string? ContentType => Headers.GetValueOrDefault("Content-Type");

    internal JsonElement Json => JsonElement.Parse(Body);

    /// <summary>The word of a problem document, after it is made sure that the answer is one.</summary>
    internal string Problem
    {
        get
        {
            Assert.Equal("application/problem+json", ContentType);
            Assert.Equal(Status, Json.GetProperty("status").GetInt32());
            Assert.NotEmpty(Json.GetProperty("title").GetString()!);
            return Json.GetProperty("type").GetString()!["urn:truto-user-sync:problem:".Length..];
        }
    }

    internal string Detail => Json.GetProperty("detail").GetString()!;
}
