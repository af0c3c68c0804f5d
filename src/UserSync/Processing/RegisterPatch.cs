using System.Text.Json;
using UserSync.Expressions;
using UserSync.Ledger;
using UserSync.Mapping;

namespace UserSync.Processing;

/// <summary>Registers as the body of an update, in an order that is the same on every machine: fields first, then maps.</summary>
internal static class RegisterPatch
{
    /// <summary>Writes the body as UTF-8 JSON.</summary>
    /// <param name="registers">The registers; they are put into order.</param>
    internal static byte[] Write(List<KeyValuePair<FieldName, Register>> registers)
    {
        registers.Sort(static (one, other) => one.Key.CompareTo(other.Key));
        using var buffer = JsonBuffer.Take();
        var writer = buffer.Writer;
        writer.WriteStartObject();
        foreach (var (name, register) in registers)
        {
            if (name.Key is null)
            {
                Write(writer, name.Root, register);
            }
        }

        string? map = null;
        foreach (var (name, register) in registers)
        {
            if (name.Key is not { } key)
            {
                continue;
            }

            if (name.Root != map)
            {
                EndMap(writer, map);
                map = name.Root;
                writer.WriteStartObject(map);
            }

            Write(writer, key, register);
        }

        EndMap(writer, map);
        writer.WriteEndObject();
        return buffer.Written.ToArray();
    }

    private static void EndMap(Utf8JsonWriter writer, string? map)
    {
        if (map is not null)
        {
            writer.WriteEndObject();
        }
    }

    private static void Write(Utf8JsonWriter writer, string name, Register register)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(register.Value, skipInputValidation: true);
    }
}
