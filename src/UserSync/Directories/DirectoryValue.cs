namespace UserSync.Directories;

/// <summary>A value by which a user is found, in the form in which values are compared: trimmed, composed, and blind to case.</summary>
public readonly record struct DirectoryValue
{
    private DirectoryValue(string field, string text)
    {
        Field = field;
        Text = text;
    }

    /// <summary>The unified field, for example <c>email</c> or <c>remote_data.EmployeeNumber</c>.</summary>
    public string Field { get; }

    /// <summary>The value as it is compared.</summary>
    public string Text { get; }

    /// <summary>Brings a value into the form in which values are compared; <see langword="null"/> where nothing is left of it.</summary>
    /// <param name="field">The unified field.</param>
    /// <param name="text">The value.</param>
    public static DirectoryValue? Of(string field, string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        // Upper case, because some letters come back from it and not from lower case.
        return new DirectoryValue(field, ComposedText.Of(text.Trim()).ToUpperInvariant());
    }

    /// <summary>The field; never the value.</summary>
    public override string ToString() => Field;
}
