using System.Text.Json;
using UserSync.Expressions;
using UserSync.Ledger;
using UserSync.Mapping;

namespace UserSync.Processing;

/// <summary>Registers as the body of an update, in an order that is the same on every machine: fields first, then maps.</summary>
internal static class RegisterPatch
{
    /// <summary>Writes the body as UTF-8 JSON.</summary>
    /// <param name="registers">The registers, in whatever order.</param>
    internal static byte[] Write(IReadOnlyList<KeyValuePair<FieldName, Register>> registers)
    {
        registers = IsInOrder(registers) ? registers : [.. registers.OrderBy(register => register.Key)];
        using var buffer = JsonBuffer.Take();
        var writer = buffer.Writer;
        writer.WriteStartObject();
        for (var i = 0; i < registers.Count; i++)
        {
            var (name, register) = registers[i];
            if (name.Key is null)
            {
                Write(writer, name.Root, register);
            }
        }

        string? map = null;
        for (var i = 0; i < registers.Count; i++)
        {
            var (name, register) = registers[i];
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

    // Those of a ledger are.
    private static bool IsInOrder(IReadOnlyList<KeyValuePair<FieldName, Register>> registers)
    {
        for (var i = 1; i < registers.Count; i++)
        {
            if (registers[i - 1].Key > registers[i].Key)
            {
                return false;
            }
        }

        return true;
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
