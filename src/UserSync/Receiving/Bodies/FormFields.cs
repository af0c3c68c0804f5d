using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace UserSync.Receiving.Bodies;

/// <summary>Decodes form-encoded bytes into fields, with bounds.</summary>
internal static class FormFields
{
    private const int MaxFields = 1024;
    private const int MaxKeyLength = 2048;

    /// <summary>The form's fields, each with its values in the order in which they came.</summary>
    /// <exception cref="InvalidDataException">There are more fields, or longer keys, than any sender writes.</exception>
    internal static Dictionary<string, StringValues> Read(ReadOnlySpan<byte> body)
    {
        using var reader = new FormReader(Encoding.UTF8.GetString(body))
        {
            KeyLengthLimit = MaxKeyLength,
            ValueLengthLimit = int.MaxValue,
        };
        var fields = new Dictionary<string, StringValues>(StringComparer.Ordinal);
        for (var count = 0; reader.ReadNextPair() is { } field; count++)
        {
            if (count == MaxFields)
            {
                throw new InvalidDataException();
            }

            fields[field.Key] = StringValues.Concat(fields.GetValueOrDefault(field.Key), field.Value);
        }

        return fields;
    }
}
