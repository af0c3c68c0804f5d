namespace UserSync.Processing;

/// <summary>
/// How many updates are sent at most. The defaults are Truto's own limits (its operator documentation, "error and evidence model");
/// with several instances, give each its share.
/// </summary>
public sealed class LimitOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Limits";

    /// <summary>How many updates an account gets in each window.</summary>
    public int AccountRequests { get; set; } = 50;

    /// <summary>The window of an account's limit.</summary>
    public TimeSpan AccountWindow { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How many updates a token gets in each window, over all accounts.</summary>
    public int TokenRequests { get; set; } = 500;

    /// <summary>The window of a token's limit.</summary>
    public TimeSpan TokenWindow { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether updates are limited at all before they are sent; without, Truto's refusals do it.</summary>
    public bool Enabled { get; set; } = true;
}
