namespace UserSync.Receiving.Bodies;

/// <summary>Reads media types leniently: senders write parameters that no grammar allows.</summary>
internal static class MediaTypes
{
    internal const string Form = "application/x-www-form-urlencoded";

    /// <summary>The media type of a Content-Type header, in lower case and without parameters.</summary>
    internal static string Of(string? contentType)
    {
        var value = contentType.AsSpan();
        var end = value.IndexOf(';');
        return (end < 0 ? value : value[..end]).Trim().ToString().ToLowerInvariant();
    }
}
