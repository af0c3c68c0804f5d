namespace UserSync.Fetching;

/// <summary>Reads bodies that may be larger than they should be, also where they were compressed.</summary>
internal static class BoundedContent
{
    /// <summary>The body; <see langword="null"/> where it is larger.</summary>
    /// <param name="content">The content.</param>
    /// <param name="most">How many bytes it may have.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    internal static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContent content, int most, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > most)
        {
            return null;
        }

        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var buffer = new MemoryStream();
        var block = new byte[Math.Min(most + 1, 16 * 1024)];
        int read;
        while ((read = await stream.ReadAsync(block, cancellationToken)) > 0)
        {
            if (buffer.Length + read > most)
            {
                return null;
            }

            buffer.Write(block.AsSpan(0, read));
        }

        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }
}
