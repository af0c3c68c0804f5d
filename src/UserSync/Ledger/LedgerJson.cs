using System.Text.Json;
using UserSync.Expressions;
using UserSync.Mapping;

namespace UserSync.Ledger;

/// <summary>The form in which stores keep a ledger: compact JSON.</summary>
public static class LedgerJson
{
    /// <summary>Writes a ledger as UTF-8 JSON.</summary>
    /// <param name="ledger">The ledger.</param>
    public static byte[] Write(UserLedger ledger)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        using var buffer = JsonBuffer.Take();
        var writer = buffer.Writer;
        writer.WriteStartObject();
        if (ledger.Lease is { } lease)
        {
            writer.WriteString("owner", lease.Owner);
            writer.WriteNumber("until", lease.Until.UtcTicks);
        }

        writer.WriteStartArray("fields");
        foreach (var (name, state) in ledger.Fields.Span)
        {
            Write(writer, name, state);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        return buffer.Written.ToArray();
    }

    /// <summary>Reads a ledger.</summary>
    /// <param name="json">What <see cref="Write(UserLedger)"/> wrote.</param>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="KeyNotFoundException">It is not a ledger.</exception>
    public static UserLedger Read(ReadOnlySpan<byte> json) => new LedgerReader(json).Read();

    private static void Write(Utf8JsonWriter writer, FieldName name, FieldState state)
    {
        writer.WriteStartObject();
        writer.WriteString("root", name.Root);
        if (name.Key is not null)
        {
            writer.WriteString("key", name.Key);
        }

        writer.WriteStartObject("newest");
        Write(writer, state.Newest);
        writer.WriteEndObject();
        if (state.Acknowledged is { } acknowledged)
        {
            writer.WriteStartObject("acknowledged");
            if (acknowledged.Register != state.Newest)
            {
                Write(writer, acknowledged.Register);
            }

            if (acknowledged.UpdateId is not null)
            {
                writer.WriteString("update", acknowledged.UpdateId);
            }

            writer.WriteEndObject();
        }

        if (state.InDoubt)
        {
            writer.WriteBoolean("doubt", true);
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, Register register)
    {
        writer.WriteNumber("at", register.Stamp.OccurredAt.UtcTicks);
        writer.WriteString("event", register.Stamp.EventId);
        writer.WriteString("source", register.Stamp.Source);
        if (register.Stamp.Replay > 0)
        {
            writer.WriteNumber("replay", register.Stamp.Replay);
        }

        writer.WritePropertyName("value");
        writer.WriteRawValue(register.Value, skipInputValidation: true);
    }
}
