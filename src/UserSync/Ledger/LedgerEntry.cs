using System.Buffers;
using System.Collections;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using UserSync.Expressions;
using UserSync.Mapping;
using UserSync.Receiving.Events;

namespace UserSync.Ledger;

/// <summary>What one event says about a user, as registers.</summary>
public sealed class LedgerEntry : IReadOnlyList<KeyValuePair<FieldName, Register>>
{
    /// <summary>
    /// A time of occurrence this far after that at which it was heard of is believed. What claims to come from further in the future would otherwise
    /// win over everything until then.
    /// </summary>
    public static readonly TimeSpan BelievedFuture = TimeSpan.FromMinutes(5);

    private static readonly SearchValues<byte> OneForm =
        SearchValues.Create(" !#$%()*,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}~"u8);

    private readonly KeyValuePair<FieldName, Register>[] registers;

    private LedgerEntry(Stamp stamp, KeyValuePair<FieldName, Register>[] registers)
    {
        Stamp = stamp;
        this.registers = registers;
    }

    /// <summary>The event's stamp.</summary>
    public Stamp Stamp { get; }

    /// <inheritdoc/>
    public int Count => registers.Length;

    /// <inheritdoc/>
    public KeyValuePair<FieldName, Register> this[int index] => registers[index];

    /// <summary>Makes the registers of a mapped event.</summary>
    /// <param name="change">The event.</param>
    /// <param name="patch">What it was mapped to.</param>
    public static LedgerEntry Of(ChangeEvent change, UserPatch patch)
    {
        ArgumentNullException.ThrowIfNull(change);
        ArgumentNullException.ThrowIfNull(patch);
        var latest = change.KnownAt < DateTimeOffset.MaxValue - BelievedFuture ? change.KnownAt + BelievedFuture : DateTimeOffset.MaxValue;
        var stamp = new Stamp(change.OccurredAt > latest ? latest : change.OccurredAt, change.Id, change.Source, change.Replay);
        var registers = new KeyValuePair<FieldName, Register>[patch.Fields.Count];
        for (var i = 0; i < registers.Length; i++)
        {
            registers[i] = KeyValuePair.Create(patch.Fields[i].Name, new Register(stamp, Compact(patch.Fields[i].Value)));
        }

        return new LedgerEntry(stamp, registers);
    }

    /// <summary>Whether a register is this event's.</summary>
    /// <param name="register">The register.</param>
    public bool Owns(Register register)
    {
        ArgumentNullException.ThrowIfNull(register);
        return register.Stamp.EventId == Stamp.EventId && register.Stamp.Source == Stamp.Source;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<FieldName, Register>> GetEnumerator() => registers.AsEnumerable().GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The stamp; never the values.</summary>
    public override string ToString() => Stamp.ToString();

    private static string Compact(JsonElement value)
    {
        // Nearly all values are written as they were sent: a text without anything that has, or could have, another form.
        var raw = JsonMarshal.GetRawUtf8Value(value);
        if (value.ValueKind == JsonValueKind.String && !raw[1..^1].ContainsAnyExcept(OneForm))
        {
            return Encoding.ASCII.GetString(raw);
        }

        using var buffer = JsonBuffer.Take();
        if (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
        {
            // What is inside goes to Truto as it stands here: of members of the same name, only the last.
            JsonText.ToNode(value)!.WriteTo(buffer.Writer);
        }
        else
        {
            value.WriteTo(buffer.Writer);
        }

        return Encoding.UTF8.GetString(buffer.Written);
    }
}
