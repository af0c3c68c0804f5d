using System.Text;
using System.Text.Json;
using UserSync.Mapping;

namespace UserSync.Ledger;

/// <summary>Reads a ledger in one pass over its JSON, in whatever order it is written.</summary>
/// <param name="json">The JSON.</param>
internal ref struct LedgerReader(ReadOnlySpan<byte> json)
{
    private const int MaxDepth = 512;

    private readonly ReadOnlySpan<byte> json = json;
    private Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = MaxDepth });

    // Most fields of a user are of the same few events: their texts are made once.
    private string? lastEvent;
    private string? lastSource;
    private string? lastUpdate;

    /// <summary>Reads the ledger.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="KeyNotFoundException">It is not a ledger.</exception>
    internal UserLedger Read()
    {
        LedgerFields? fields = null;
        string? owner = null;
        long? until = null;
        Enter();
        while (Next())
        {
            if (reader.ValueTextEquals("fields"u8))
            {
                fields = ReadFields();
            }
            else if (reader.ValueTextEquals("owner"u8))
            {
                owner = ReadText();
            }
            else if (reader.ValueTextEquals("until"u8))
            {
                until = ReadNumber();
            }
            else
            {
                reader.Skip();
            }
        }

        // Throws where something follows.
        reader.Read();
        var lease = owner is null ? null : new Lease(owner, new DateTimeOffset(until ?? throw Missing("until"), TimeSpan.Zero));
        return new UserLedger(fields ?? throw Missing("fields"), lease);
    }

    private static KeyNotFoundException Missing(string name) => new($"The ledger has no \"{name}\".");

    private LedgerFields ReadFields()
    {
        var fields = new List<KeyValuePair<FieldName, FieldState>>();
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var (name, state) = ReadField();
            fields.Add(KeyValuePair.Create(name, state));
        }

        return LedgerFields.Of(fields);
    }

    private (FieldName Name, FieldState State) ReadField()
    {
        string? root = null;
        string? key = null;
        Register? newest = null;
        Register? acknowledged = null;
        string? update = null;
        var isAcknowledged = false;
        var isInDoubt = false;
        while (Next())
        {
            if (reader.ValueTextEquals("root"u8))
            {
                root = ReadText();
            }
            else if (reader.ValueTextEquals("key"u8))
            {
                key = ReadText();
            }
            else if (reader.ValueTextEquals("newest"u8))
            {
                newest = ReadRegister(out _) ?? throw Missing("at");
            }
            else if (reader.ValueTextEquals("acknowledged"u8))
            {
                isAcknowledged = true;
                acknowledged = ReadRegister(out update);
            }
            else
            {
                isInDoubt |= reader.ValueTextEquals("doubt"u8);
                reader.Skip();
            }
        }

        // Where Truto has the newest register, it is not written twice.
        newest = newest ?? throw Missing("newest");
        var state = new FieldState(newest, isAcknowledged ? new Acknowledged(acknowledged ?? newest, update) : null, isInDoubt);
        return (new FieldName(root ?? throw Missing("root"), key), state);
    }

    /// <summary>Reads a register, and the update that stands beside it.</summary>
    /// <param name="update">The update.</param>
    /// <returns>The register; <see langword="null"/> where only the update is there.</returns>
    private Register? ReadRegister(out string? update)
    {
        update = null;
        long? at = null;
        string? eventId = null;
        string? source = null;
        string? value = null;
        long replay = 0;
        Enter();
        while (Next())
        {
            if (reader.ValueTextEquals("at"u8))
            {
                at = ReadNumber();
            }
            else if (reader.ValueTextEquals("event"u8))
            {
                eventId = ReadText(ref lastEvent);
            }
            else if (reader.ValueTextEquals("source"u8))
            {
                source = ReadText(ref lastSource);
            }
            else if (reader.ValueTextEquals("replay"u8))
            {
                replay = ReadNumber();
            }
            else if (reader.ValueTextEquals("value"u8))
            {
                value = ReadRaw();
            }
            else if (reader.ValueTextEquals("update"u8))
            {
                update = ReadText(ref lastUpdate);
            }
            else
            {
                reader.Skip();
            }
        }

        if (at is not { } ticks)
        {
            return null;
        }

        var stamp = new Stamp(new DateTimeOffset(ticks, TimeSpan.Zero), eventId ?? throw Missing("event"), source ?? throw Missing("source"), replay);
        return new Register(stamp, value ?? throw Missing("value"));
    }

    /// <summary>Goes into the object that comes next.</summary>
    private void Enter()
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new KeyNotFoundException("The ledger has something else where an object belongs.");
        }
    }

    /// <summary>Goes to the next member of the object.</summary>
    /// <returns>Whether there is one.</returns>
    private bool Next() => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    private string ReadText()
    {
        reader.Read();
        return reader.GetString()!;
    }

    private string ReadText(ref string? last)
    {
        reader.Read();
        if (last is null || !reader.ValueTextEquals(last))
        {
            last = reader.GetString()!;
        }

        return last;
    }

    private long ReadNumber()
    {
        reader.Read();
        return reader.GetInt64();
    }

    private string ReadRaw()
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return Encoding.UTF8.GetString(json[start..(int)reader.BytesConsumed]);
    }
}
