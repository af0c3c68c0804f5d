using System.Text;
using System.Text.Json;
using UserSync.Mapping;

namespace UserSync.Ledger;

/// <summary>Reads a ledger in one pass over its JSON. Events and updates stand before the fields that refer to them.</summary>
/// <param name="json">The JSON.</param>
internal ref struct LedgerReader(ReadOnlySpan<byte> json)
{
    private const int MaxDepth = 512;

    private readonly ReadOnlySpan<byte> json = json;
    private readonly List<Stamp> stamps = new(1);
    private readonly List<string> updates = new(1);
    private Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = MaxDepth });
    private string? lastSource;

    /// <summary>Reads the ledger.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="KeyNotFoundException">It is not a ledger.</exception>
    internal UserLedger Read()
    {
        List<KeyValuePair<FieldName, FieldState>>? fields = null;
        string? owner = null;
        long? until = null;
        Enter();
        while (Next())
        {
            if (reader.ValueTextEquals("fields"u8))
            {
                fields = [];
                for (reader.Read(); NextItem();)
                {
                    fields.Add(ReadField());
                }
            }
            else if (reader.ValueTextEquals("events"u8))
            {
                for (reader.Read(); NextItem();)
                {
                    stamps.Add(ReadStamp());
                }
            }
            else if (reader.ValueTextEquals("updates"u8))
            {
                for (reader.Read(); NextItem();)
                {
                    updates.Add(reader.GetString()!);
                }
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
        var lease = owner is null ? null : new Lease(owner, Time(until, "until"));
        return new UserLedger(LedgerFields.Of(fields ?? throw Missing("fields")), lease);
    }

    private static KeyNotFoundException Missing(string name) => new($"The ledger has no \"{name}\".");

    private static DateTimeOffset Time(long? ticks, string name) =>
        ticks is >= 0 && ticks <= DateTime.MaxValue.Ticks ? new DateTimeOffset(ticks.Value, TimeSpan.Zero) : throw Missing(name);

    private static T At<T>(List<T> known, long? index, string name) =>
        index >= 0 && index < known.Count ? known[(int)index.Value] : throw Missing(name);

    private KeyValuePair<FieldName, FieldState> ReadField()
    {
        string? root = null;
        string? key = null;
        string? value = null;
        string? takenValue = null;
        long? newest = null;
        long? taken = null;
        long? update = null;
        var isInDoubt = false;
        while (Next())
        {
            if (reader.ValueTextEquals("root"u8))
            {
                root = ReadRoot();
            }
            else if (reader.ValueTextEquals("newest"u8))
            {
                newest = ReadNumber();
            }
            else if (reader.ValueTextEquals("value"u8))
            {
                value = ReadRaw();
            }
            else if (reader.ValueTextEquals("taken"u8))
            {
                taken = ReadNumber();
            }
            else if (reader.ValueTextEquals("update"u8))
            {
                update = ReadNumber();
            }
            else if (reader.ValueTextEquals("key"u8))
            {
                key = ReadText();
            }
            else if (reader.ValueTextEquals("takenValue"u8))
            {
                takenValue = ReadRaw();
            }
            else
            {
                isInDoubt |= reader.ValueTextEquals("doubt"u8);
                reader.Skip();
            }
        }

        var register = new Register(At(stamps, newest, "newest"), value ?? throw Missing("value"));
        var acknowledged = taken is null ? null : new Acknowledged(
            taken == newest && takenValue is null ? register : new Register(At(stamps, taken, "taken"), takenValue ?? value),
            update is null ? null : At(updates, update, "update"));
        return KeyValuePair.Create(new FieldName(root ?? throw Missing("root"), key), new FieldState(register, acknowledged, isInDoubt));
    }

    private Stamp ReadStamp()
    {
        long? at = null;
        string? eventId = null;
        string? source = null;
        long replay = 0;
        while (Next())
        {
            if (reader.ValueTextEquals("at"u8))
            {
                at = ReadNumber();
            }
            else if (reader.ValueTextEquals("event"u8))
            {
                eventId = ReadText();
            }
            else if (reader.ValueTextEquals("source"u8))
            {
                source = ReadText(ref lastSource);
            }
            else if (reader.ValueTextEquals("replay"u8))
            {
                replay = ReadNumber();
            }
            else
            {
                reader.Skip();
            }
        }

        return new Stamp(Time(at, "at"), eventId ?? throw Missing("event"), source ?? throw Missing("source"), replay);
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

    /// <summary>Goes to the next item of the array.</summary>
    /// <returns>Whether there is one.</returns>
    private bool NextItem() => reader.Read() && reader.TokenType != JsonTokenType.EndArray;

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

    /// <summary>The names of the unified schema are there already.</summary>
    private string ReadRoot()
    {
        reader.Read();
        foreach (var name in UnifiedFields.Names)
        {
            if (reader.ValueTextEquals(name))
            {
                return name;
            }
        }

        return reader.GetString()!;
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
