using System.Text.Json;

namespace UserSync.Receiving.Bodies;

/// <summary>A parsed body, or why it could not be parsed.</summary>
public sealed class BodyContent : IDisposable
{
    private readonly JsonDocument? document;

    private BodyContent(JsonDocument? document, string? problem)
    {
        this.document = document;
        Problem = problem;
    }

    /// <summary>The body as JSON; undefined where there is a problem.</summary>
    public JsonElement Root => document?.RootElement ?? default;

    /// <summary>What is wrong with the body, without quoting it; <see langword="null"/> where nothing is.</summary>
    public string? Problem { get; }

    /// <summary>A body that was parsed.</summary>
    /// <param name="document">The body as JSON.</param>
    public static BodyContent Of(JsonDocument document) => new(document, null);

    /// <summary>A body that could not be parsed.</summary>
    /// <param name="problem">What is wrong with it.</param>
    public static BodyContent Malformed(string problem) => new(null, problem);

    /// <inheritdoc/>
    public void Dispose() => document?.Dispose();
}
