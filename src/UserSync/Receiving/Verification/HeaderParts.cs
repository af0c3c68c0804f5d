namespace UserSync.Receiving.Verification;

/// <summary>
/// The parts of a header between its separators, without the empty ones and the blanks around them. Beyond as many as any sender writes
/// while it rotates its secrets, the rest is one part.
/// </summary>
internal ref struct HeaderParts
{
    private const int Most = 16;

    private readonly ReadOnlySpan<char> separator;
    private ReadOnlySpan<char> rest;
    private int count;
    private bool isOver;

    /// <summary>Begins before the first part.</summary>
    /// <param name="value">The header's value.</param>
    /// <param name="separator">What stands between its parts; empty where it is one part.</param>
    internal HeaderParts(ReadOnlySpan<char> value, ReadOnlySpan<char> separator)
    {
        this.separator = separator;
        rest = value;
    }

    /// <summary>The part.</summary>
    public ReadOnlySpan<char> Current { get; private set; }

    /// <summary>The same, for <see langword="foreach"/>.</summary>
    public readonly HeaderParts GetEnumerator() => this;

    /// <summary>Goes on to the next part.</summary>
    public bool MoveNext()
    {
        while (!isOver)
        {
            var end = separator.IsEmpty ? -1 : rest.IndexOf(separator);
            isOver = end < 0;
            Current = (isOver ? rest : rest[..end]).Trim();
            if (!Current.IsEmpty && ++count == Most)
            {
                Current = rest.Trim();
                isOver = true;
            }

            rest = isOver ? default : rest[(end + separator.Length)..];
            if (!Current.IsEmpty)
            {
                return true;
            }
        }

        return false;
    }
}
