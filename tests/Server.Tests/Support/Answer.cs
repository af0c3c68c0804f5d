using System.Text.Json;

namespace Server.Tests.Support;

/// <summary>What the server answered.</summary>
/// <param name="Status">The status.</param>
/// <param name="Headers">The headers, those of the content among them.</param>
/// <param name="Body">The body.</param>
internal sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string? ContentType => Headers.GetValueOrDefault("Content-Type");

    public JsonElement Json => JsonElement.Parse(Body);

    public static async Task<Answer> OfAsync(HttpResponseMessage response, CancellationToken cancellationToken) => new(
        (int)response.StatusCode,
        response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase),
        await response.Content.ReadAsStringAsync(cancellationToken));

    /// <summary>Asserts that this is a problem document (RFC 9457) of a kind.</summary>
    public void AssertProblem(int status, string kind)
    {
        Assert.Equal(status, Status);
        Assert.Equal("application/problem+json", ContentType);
        Assert.Equal($"urn:truto-user-sync:problem:{kind}", Json.GetProperty("type").GetString());
        Assert.Equal(status, Json.GetProperty("status").GetInt32());
        Assert.NotEqual(string.Empty, Json.GetProperty("title").GetString());
        Assert.NotEqual(string.Empty, Json.GetProperty("detail").GetString());
    }
}
