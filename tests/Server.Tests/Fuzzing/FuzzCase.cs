namespace Server.Tests.Fuzzing;

/// <summary>One request that is about to be made.</summary>
internal sealed class FuzzCase
{
    public string Method { get; set; } = "POST";

    public string Query { get; set; } = string.Empty;

    public Dictionary<string, string> Headers { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    public byte[] Body { get; set; } = [];

    /// <summary>Whether nobody but a forger could have sent this: then no user may be updated.</summary>
    public bool IsForged { get; set; }
}
