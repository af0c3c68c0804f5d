using System.Collections.Immutable;
using UserSync.Mapping;

namespace UserSync.Ledger;

/// <summary>
/// What is known of one CRM user: each field as a last-writer-wins register, what Truto has acknowledged of it, and who is updating
/// the user. Merging is commutative, associative and idempotent, so any order and any repetition of the same events ends in the same
/// ledger. Immutable: a change makes a new ledger, which a store takes only where the one it was made from still stands.
/// </summary>
/// <param name="Fields">The fields.</param>
/// <param name="Lease">Who is updating the user; <see langword="null"/> for nobody.</param>
public sealed record UserLedger(ImmutableDictionary<FieldName, FieldState> Fields, Lease? Lease)
{
    /// <summary>The ledger of a user of whom nothing is known.</summary>
    public static readonly UserLedger Empty = new(ImmutableDictionary<FieldName, FieldState>.Empty, null);

    /// <summary>The registers that still have to go to Truto.</summary>
    public IEnumerable<KeyValuePair<FieldName, Register>> Pending => Fields
        .Where(entry => entry.Value.IsPending)
        .Select(entry => KeyValuePair.Create(entry.Key, entry.Value.Newest));

    /// <summary>
    /// The registers that Truto acknowledged and may have lost again: an update that carried another value got lost, perhaps after it
    /// arrived, and its value was refused later. A map as a whole is not among them where its keys have been set since.
    /// </summary>
    public IEnumerable<KeyValuePair<FieldName, Register>> Doubtful => Fields
        .Where(entry => entry.Value.IsDoubtful && (entry.Key.Key is not null || !Fields.Keys.Any(name => name.Root == entry.Key.Root && name.Key is not null)))
        .Select(entry => KeyValuePair.Create(entry.Key, entry.Value.Newest));

    /// <summary>Sets each field to the newer of what it has and what an event says.</summary>
    /// <param name="registers">What the event says.</param>
    /// <returns>The same ledger where nothing of it is news.</returns>
    public UserLedger Merge(IEnumerable<KeyValuePair<FieldName, Register>> registers)
    {
        ArgumentNullException.ThrowIfNull(registers);
        var fields = Fields;
        foreach (var (name, register) in registers)
        {
            var known = fields.GetValueOrDefault(name);
            if (register.IsNewerThan(known?.Newest) && !IsCleared(name, register))
            {
                fields = fields.SetItem(name, known is null ? new FieldState(register, null) : known with { Newest = register });
            }
        }

        return ReferenceEquals(fields, Fields) ? this : this with { Fields = fields };
    }

    /// <summary>How an event stands.</summary>
    /// <param name="registers">What the event says.</param>
    public Standing StandingOf(IEnumerable<KeyValuePair<FieldName, Register>> registers)
    {
        ArgumentNullException.ThrowIfNull(registers);
        var standing = Standing.Stale;
        foreach (var (name, register) in registers.Where(register => !IsCleared(register.Key, register.Value)))
        {
            var acknowledged = Fields.GetValueOrDefault(name)?.Acknowledged?.Register;
            if (register.IsNewerThan(acknowledged))
            {
                // Also where a newer value is pending: that one may still be refused, and then this one counts.
                return Standing.Pending;
            }

            standing = register == acknowledged ? Standing.Acknowledged : standing;
        }

        return standing;
    }

    /// <summary>The update that carried one of the event's registers to Truto.</summary>
    /// <param name="registers">What the event says.</param>
    public string? UpdateOf(IEnumerable<KeyValuePair<FieldName, Register>> registers) => registers
        .Select(register => Fields.GetValueOrDefault(register.Key)?.Acknowledged is { } acknowledged && acknowledged.Register == register.Value ? acknowledged.UpdateId : null)
        .FirstOrDefault(update => update is not null);

    /// <summary>Notes that Truto took some registers.</summary>
    /// <param name="registers">What Truto took.</param>
    /// <param name="updateId">The update that carried them; <see langword="null"/> where Truto had the same values already.</param>
    public UserLedger Acknowledge(IEnumerable<KeyValuePair<FieldName, Register>> registers, string? updateId)
    {
        ArgumentNullException.ThrowIfNull(registers);
        var fields = Fields;
        foreach (var (name, register) in registers)
        {
            var field = fields.GetValueOrDefault(name) ?? new FieldState(register, null);
            if (register.IsNewerThan(field.Acknowledged?.Register))
            {
                // It may have been taken out while it was under way.
                var newest = register.IsNewerThan(field.Newest) ? register : field.Newest;
                fields = Clear(fields, name, register).SetItem(name, new FieldState(newest, new Acknowledged(register, updateId)));
            }
            else if (register == field.Acknowledged?.Register)
            {
                fields = fields.SetItem(name, field with { InDoubt = false });
            }
        }

        return this with { Fields = fields };
    }

    /// <summary>
    /// Notes that there is nothing to send of an event all of whose values Truto has acknowledged already, from older events. All or
    /// nothing: of an event that may still be refused, no value counts.
    /// </summary>
    /// <param name="registers">What the event says, merged already.</param>
    /// <returns>The same ledger where one of the values is news.</returns>
    public UserLedger AcknowledgeUnchanged(IReadOnlyCollection<KeyValuePair<FieldName, Register>> registers)
    {
        ArgumentNullException.ThrowIfNull(registers);
        var open = registers
            .Where(register => !IsCleared(register.Key, register.Value) && register.Value.IsNewerThan(Fields.GetValueOrDefault(register.Key)?.Acknowledged?.Register))
            .ToList();

        // The newest may be another event's: of a burst that says the same, each event ends without a call, whichever is the newest.
        return open.Count > 0
            && open.TrueForAll(register => Fields.GetValueOrDefault(register.Key) is { IsUnchanged: true } known && known.Newest.Value == register.Value.Value)
                ? Acknowledge(open, updateId: null)
                : this;
    }

    /// <summary>
    /// Takes registers out again that Truto has not acknowledged. The ledger's pending values are only a cache: an event that is still
    /// to be applied comes back with its own message and merges again.
    /// </summary>
    /// <param name="registers">What to take out, where it is still the newest.</param>
    public UserLedger Drop(IEnumerable<KeyValuePair<FieldName, Register>> registers)
    {
        ArgumentNullException.ThrowIfNull(registers);
        var fields = Fields;
        foreach (var (name, register) in registers)
        {
            if (fields.GetValueOrDefault(name) is { IsPending: true } field && field.Newest == register)
            {
                fields = field.Acknowledged is null ? fields.Remove(name) : fields.SetItem(name, field with { Newest = field.Acknowledged.Register });
            }
        }

        return this with { Fields = fields };
    }

    /// <summary>
    /// Takes the registers of a refused update out again. It changed nothing at Truto: only what was in doubt before it still is.
    /// </summary>
    /// <param name="registers">What was refused.</param>
    /// <param name="before">The ledger before the update was begun.</param>
    public UserLedger Refuse(IReadOnlyCollection<KeyValuePair<FieldName, Register>> registers, UserLedger before)
    {
        ArgumentNullException.ThrowIfNull(registers);
        ArgumentNullException.ThrowIfNull(before);
        var dropped = Drop(registers);
        var fields = dropped.Fields;
        foreach (var name in registers.Select(register => register.Key).Where(fields.ContainsKey))
        {
            fields = fields.SetItem(name, fields[name] with { InDoubt = before.Fields.GetValueOrDefault(name)?.InDoubt ?? false });
        }

        return dropped with { Fields = fields };
    }

    /// <summary>Gives a worker the right to update the user. What it is about to send is in doubt until it is acknowledged.</summary>
    /// <param name="lease">The right.</param>
    /// <param name="names">The fields that it sends.</param>
    public UserLedger Take(Lease lease, IEnumerable<FieldName> names) => new(Doubt(names).Fields, lease);

    /// <summary>Puts fields in doubt: an update of them was begun, and nobody knows whether it arrived.</summary>
    /// <param name="names">The fields; what is not known of any more is passed over.</param>
    public UserLedger Doubt(IEnumerable<FieldName> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var fields = Fields;
        foreach (var name in names)
        {
            if (fields.TryGetValue(name, out var field) && !field.InDoubt)
            {
                fields = fields.SetItem(name, field with { InDoubt = true });
            }
        }

        return ReferenceEquals(fields, Fields) ? this : this with { Fields = fields };
    }

    /// <summary>Ends the right, where it is still this owner's.</summary>
    /// <param name="owner">The owner.</param>
    public UserLedger Release(string owner) => Lease?.Owner == owner ? this with { Lease = null } : this;

    /// <summary>Forgets the keys of a map that was cleared as a whole after they were set.</summary>
    private static ImmutableDictionary<FieldName, FieldState> Clear(ImmutableDictionary<FieldName, FieldState> fields, FieldName whole, Register register)
    {
        if (whole.Key is not null)
        {
            return fields;
        }

        foreach (var (name, state) in fields.Where(entry => entry.Key.Root == whole.Root && entry.Key.Key is not null))
        {
            if (register.IsNewerThan(state.Newest))
            {
                fields = fields.Remove(name);
            }
            else if (register.IsNewerThan(state.Acknowledged?.Register))
            {
                fields = fields.SetItem(name, state with { Acknowledged = null });
            }
        }

        return fields;
    }

    /// <summary>Whether the map that this is a key of was cleared as a whole after the register.</summary>
    private bool IsCleared(FieldName name, Register register) =>
        name.Key is not null && Fields.GetValueOrDefault(new FieldName(name.Root))?.Acknowledged is { } whole && whole.Register.IsNewerThan(register);

    /// <summary>The fields by name; never their values.</summary>
    public override string ToString() => string.Join(", ", Fields.Keys);
}
