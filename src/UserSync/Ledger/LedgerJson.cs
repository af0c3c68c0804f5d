using System.Text.Json;
using UserSync.Expressions;
using UserSync.Mapping;

namespace UserSync.Ledger;

/// <summary>
/// The form in which stores keep a ledger: compact JSON. Most fields of a user are of the same few events and went with the same few updates,
/// so these are written once, and fields say the how manyth it is.
/// </summary>
public static class LedgerJson
{
    /// <summary>Writes a ledger as UTF-8 JSON.</summary>
    /// <param name="ledger">The ledger.</param>
    public static byte[] Write(UserLedger ledger)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        var stamps = new List<Stamp>(1);
        var updates = new List<string>(1);
        foreach (var (_, state) in ledger.Fields.Span)
        {
            Note(stamps, state.Newest.Stamp);
            if (state.Acknowledged is { } acknowledged)
            {
                Note(stamps, acknowledged.Register.Stamp);
                Note(updates, acknowledged.UpdateId);
            }
        }

        using var buffer = JsonBuffer.Take();
        var writer = buffer.Writer;
        writer.WriteStartObject();
        if (ledger.Lease is { } lease)
        {
            writer.WriteString("owner"u8, lease.Owner);
            writer.WriteNumber("until"u8, lease.Until.UtcTicks);
        }

        writer.WriteStartArray("events"u8);
        foreach (var stamp in stamps)
        {
            Write(writer, stamp);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("updates"u8);
        foreach (var update in updates)
        {
            writer.WriteStringValue(update);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("fields"u8);
        foreach (var (name, state) in ledger.Fields.Span)
        {
            Write(writer, name, state, stamps, updates);
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

    private static void Note<T>(List<T> known, T? one)
    {
        if (one is not null && !known.Contains(one))
        {
            known.Add(one);
        }
    }

    private static void Write(Utf8JsonWriter writer, Stamp stamp)
    {
        writer.WriteStartObject();
        writer.WriteNumber("at"u8, stamp.OccurredAt.UtcTicks);
        writer.WriteString("event"u8, stamp.EventId);
        writer.WriteString("source"u8, stamp.Source);
        if (stamp.Replay > 0)
        {
            writer.WriteNumber("replay"u8, stamp.Replay);
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, FieldName name, FieldState state, List<Stamp> stamps, List<string> updates)
    {
        writer.WriteStartObject();
        writer.WriteString("root"u8, name.Root);
        if (name.Key is not null)
        {
            writer.WriteString("key"u8, name.Key);
        }

        writer.WriteNumber("newest"u8, stamps.IndexOf(state.Newest.Stamp));
        writer.WritePropertyName("value"u8);
        writer.WriteRawValue(state.Newest.Value, skipInputValidation: true);
        if (state.Acknowledged is { } acknowledged)
        {
            writer.WriteNumber("taken"u8, stamps.IndexOf(acknowledged.Register.Stamp));
            if (acknowledged.Register.Value != state.Newest.Value)
            {
                writer.WritePropertyName("takenValue"u8);
                writer.WriteRawValue(acknowledged.Register.Value, skipInputValidation: true);
            }

            if (acknowledged.UpdateId is not null)
            {
                writer.WriteNumber("update"u8, updates.IndexOf(acknowledged.UpdateId));
            }
        }

        if (state.InDoubt)
        {
            writer.WriteBoolean("doubt"u8, true);
        }

        writer.WriteEndObject();
    }
}
