using System.Text.Json;

namespace UserSync.Mapping;

/// <summary>One field of a patch with its value.</summary>
/// <param name="name">The field.</param>
/// <param name="value">The value; JSON null clears the field.</param>
/// <param name="expression">The expression that produced it.</param>
public readonly struct PatchField(FieldName name, JsonElement value, string expression)
{
    /// <summary>The field.</summary>
    public FieldName Name { get; } = name;

    /// <summary>The value; JSON null clears the field.</summary>
    public JsonElement Value { get; } = value;

    /// <summary>The expression that produced it, as the operator wrote it.</summary>
    public string Expression { get; } = expression;

    /// <summary>The field's name; never its value.</summary>
    public override string ToString() => Name.ToString();
}
