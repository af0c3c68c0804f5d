namespace UserSync.Sqlite.Database;

/// <summary>A value of a statement's parameter: nothing, a whole number, a text or bytes. A number is not boxed on its way.</summary>
internal readonly struct SqliteValue
{
    private SqliteValue(object? content, long number)
    {
        Content = content;
        Number = number;
    }

    /// <summary>What stands in <see cref="Content"/> where the value is a number.</summary>
    internal static object IsNumber { get; } = new();

    /// <summary>The text or the bytes; <see langword="null"/> for nothing.</summary>
    internal object? Content { get; }

    /// <summary>The number.</summary>
    internal long Number { get; }

    public static implicit operator SqliteValue(long number) => new(IsNumber, number);

    public static implicit operator SqliteValue(long? number) => number is { } known ? known : default(SqliteValue);

    public static implicit operator SqliteValue(string? text) => new(text, 0);

    public static implicit operator SqliteValue(byte[]? bytes) => new(bytes, 0);
}
