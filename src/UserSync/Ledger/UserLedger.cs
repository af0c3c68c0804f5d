using UserSync.Mapping;

namespace UserSync.Ledger;

/// <summary>
/// What is known of one CRM user: each field as a last-writer-wins register, what Truto has acknowledged of it, and who is updating
/// the user. Merging is commutative, associative and idempotent, so any order and any repetition of the same events ends in the same
/// ledger. Immutable: a change makes a new ledger, which a store takes only where the one it was made from still stands.
/// </summary>
/// <param name="Fields">The fields.</param>
/// <param name="Lease">Who is updating the user; <see langword="null"/> for nobody.</param>
public sealed record UserLedger(LedgerFields Fields, Lease? Lease)
{
    /// <summary>The ledger of a user of whom nothing is known.</summary>
    public static readonly UserLedger Empty = new(LedgerFields.Empty, null);

    /// <summary>The registers that still have to go to Truto.</summary>
    public IReadOnlyList<KeyValuePair<FieldName, Register>> Pending => Where(static (_, state, _) => state.IsPending, Fields);

    /// <summary>
    /// The registers that Truto acknowledged and may have lost again: an update that carried another value got lost, perhaps after it
    /// arrived, and its value was refused later. A map as a whole is not among them where its keys have been set since.
    /// </summary>
    public IReadOnlyList<KeyValuePair<FieldName, Register>> Doubtful => Where(IsDoubtful, Fields);

    /// <summary>Whether anything is doubtful.</summary>
    public bool HasDoubtful
    {
        get
        {
            foreach (var (name, state) in Fields.Span)
            {
                if (IsDoubtful(name, state, Fields))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>What is pending or doubtful: what an update sends.</summary>
    public IReadOnlyList<KeyValuePair<FieldName, Register>> Unsettled =>
        Where(static (name, state, fields) => state.IsPending || IsDoubtful(name, state, fields), Fields);

    /// <summary>Sets each field to the newer of what it has and what an event says.</summary>
    /// <param name="registers">What the event says.</param>
    /// <returns>The same ledger where nothing of it is news.</returns>
    public UserLedger Merge(IReadOnlyList<KeyValuePair<FieldName, Register>> registers)
    {
        ArgumentNullException.ThrowIfNull(registers);
        var changes = new LedgerFields.Changes(Fields);
        for (var i = 0; i < registers.Count; i++)
        {
            var (name, register) = registers[i];
            var known = changes.Find(name);
            if (register.IsNewerThan(known?.Newest) && !IsCleared(name, register))
            {
                changes.Set(name, known is null ? new FieldState(register, null) : known with { Newest = register });
            }
        }

        return With(changes.Result);
    }

    /// <summary>How an event stands.</summary>
    /// <param name="registers">What the event says.</param>
    public Standing StandingOf(IReadOnlyList<KeyValuePair<FieldName, Register>> registers)
    {
        ArgumentNullException.ThrowIfNull(registers);
        var standing = Standing.Stale;
        for (var i = 0; i < registers.Count; i++)
        {
            var (name, register) = registers[i];
            if (IsCleared(name, register))
            {
                continue;
            }

            var acknowledged = Fields.Find(name)?.Acknowledged?.Register;
            if (register.IsNewerThan(acknowledged))
            {
                // Also where a newer value is pending: that one may still be refused, and then this one counts.
                return Standing.Pending;
            }

            if (register == acknowledged)
            {
                if (name.Key is null && HasKeys(Fields, name.Root, onlyPending: true))
                {
                    // It was late, and cleared what was set since. What it took away goes to Truto before it ends: nobody else comes for that.
                    return Standing.Pending;
                }

                standing = Standing.Acknowledged;
            }
        }

        return standing;
    }

    /// <summary>The update that carried one of the event's registers to Truto.</summary>
    /// <param name="registers">What the event says.</param>
    public string? UpdateOf(IReadOnlyList<KeyValuePair<FieldName, Register>> registers)
    {
        ArgumentNullException.ThrowIfNull(registers);
        for (var i = 0; i < registers.Count; i++)
        {
            if (Fields.Find(registers[i].Key)?.Acknowledged is { UpdateId: { } update } acknowledged && acknowledged.Register == registers[i].Value)
            {
                return update;
            }
        }

        return null;
    }

    /// <summary>Notes that Truto took some registers.</summary>
    /// <param name="registers">What Truto took.</param>
    /// <param name="updateId">The update that carried them; <see langword="null"/> where Truto had the same values already.</param>
    public UserLedger Acknowledge(IReadOnlyList<KeyValuePair<FieldName, Register>> registers, string? updateId)
    {
        ArgumentNullException.ThrowIfNull(registers);
        var changes = new LedgerFields.Changes(Fields);
        for (var i = 0; i < registers.Count; i++)
        {
            var (name, register) = registers[i];
            var field = changes.Find(name) ?? new FieldState(register, null);
            if (register.IsNewerThan(field.Acknowledged?.Register))
            {
                // It may have been taken out while it was under way.
                var newest = register.IsNewerThan(field.Newest) ? register : field.Newest;
                Clear(ref changes, name, register);
                changes.Set(name, new FieldState(newest, new Acknowledged(register, updateId)));
            }
            else if (register == field.Acknowledged?.Register)
            {
                changes.Set(name, field with { InDoubt = false });
            }
        }

        return With(changes.Result);
    }

    /// <summary>
    /// Notes that there is nothing to send of an event all of whose values Truto has acknowledged already, from older events. All or
    /// nothing: of an event that may still be refused, no value counts.
    /// </summary>
    /// <param name="registers">What the event says, merged already.</param>
    /// <returns>The same ledger where one of the values is news.</returns>
    public UserLedger AcknowledgeUnchanged(IReadOnlyList<KeyValuePair<FieldName, Register>> registers)
    {
        ArgumentNullException.ThrowIfNull(registers);
        List<KeyValuePair<FieldName, Register>>? open = null;
        for (var i = 0; i < registers.Count; i++)
        {
            var (name, register) = registers[i];
            var known = Fields.Find(name);
            if (IsCleared(name, register) || !register.IsNewerThan(known?.Acknowledged?.Register))
            {
                continue;
            }

            // The newest may be another event's: of a burst that says the same, each event ends without a call, whichever is the newest. A map
            // of which keys were set since is not what it was, although nothing else was said of it as a whole.
            if (known is not { IsUnchanged: true } || known.Newest.Value != register.Value || (name.Key is null && HasKeys(Fields, name.Root)))
            {
                return this;
            }

            open ??= [];
            open.Add(registers[i]);
        }

        return open is null ? this : Acknowledge(open, updateId: null);
    }

    /// <summary>
    /// Takes registers out again that Truto has not acknowledged. The ledger's pending values are only a cache: an event that is still
    /// to be applied comes back with its own message and merges again. So does what else is pending of the same and of older events: of an
    /// older one another value may have been superseded by what is taken out, and with the rest of it alone it would seem to be done.
    /// </summary>
    /// <param name="registers">What to take out, where it is still the newest.</param>
    public UserLedger Drop(IReadOnlyList<KeyValuePair<FieldName, Register>> registers)
    {
        ArgumentNullException.ThrowIfNull(registers);
        var changes = new LedgerFields.Changes(Fields);
        Stamp? newest = null;
        foreach (var (name, register) in registers)
        {
            if (Fields.Find(name) is { IsPending: true } field && field.Newest == register)
            {
                TakeOut(ref changes, name, field);
                newest = newest > register.Stamp ? newest : register.Stamp;
            }
        }

        if (newest is not null)
        {
            foreach (var (name, field) in Fields.Span)
            {
                if (field.IsPending && field.Newest.Stamp <= newest)
                {
                    TakeOut(ref changes, name, field);
                }
            }
        }

        return With(changes.Result);
    }

    /// <summary>
    /// Takes the registers of a refused update out again. It changed nothing at Truto: only what was in doubt before it still is.
    /// </summary>
    /// <param name="registers">What was refused.</param>
    /// <param name="before">The ledger before the update was begun.</param>
    public UserLedger Refuse(IReadOnlyList<KeyValuePair<FieldName, Register>> registers, UserLedger before)
    {
        ArgumentNullException.ThrowIfNull(registers);
        ArgumentNullException.ThrowIfNull(before);
        var changes = new LedgerFields.Changes(Drop(registers).Fields);
        foreach (var (name, _) in registers)
        {
            if (changes.Find(name) is { } field)
            {
                changes.Set(name, field with { InDoubt = before.Fields.Find(name)?.InDoubt ?? false });
            }
        }

        return With(changes.Result);
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
        var changes = new LedgerFields.Changes(Fields);
        foreach (var name in names)
        {
            if (changes.Find(name) is { InDoubt: false } field)
            {
                changes.Set(name, field with { InDoubt = true });
            }
        }

        return With(changes.Result);
    }

    /// <summary>Ends the right, where it is still this owner's.</summary>
    /// <param name="owner">The owner.</param>
    public UserLedger Release(string owner) => Lease?.Owner == owner ? this with { Lease = null } : this;

    private static void TakeOut(ref LedgerFields.Changes changes, FieldName name, FieldState field)
    {
        if (field.Acknowledged is { } acknowledged)
        {
            changes.Set(name, field with { Newest = acknowledged.Register });
        }
        else
        {
            changes.Remove(name);
        }
    }

    /// <summary>
    /// Forgets the keys of a map that was cleared as a whole after they were set. Those that were set later are gone at Truto all the same,
    /// and have to be sent once more.
    /// </summary>
    private static void Clear(ref LedgerFields.Changes changes, FieldName whole, Register register)
    {
        if (whole.Key is not null)
        {
            return;
        }

        foreach (var (name, state) in changes.Span)
        {
            if (name.Key is null || name.Root != whole.Root)
            {
                continue;
            }

            if (register.IsNewerThan(state.Newest))
            {
                changes.Remove(name);
            }
            else if (state.Acknowledged is not null)
            {
                changes.Set(name, state with { Acknowledged = null });
            }
        }
    }

    private UserLedger With(LedgerFields fields) => ReferenceEquals(fields, Fields) ? this : this with { Fields = fields };

    private static bool IsDoubtful(FieldName name, FieldState state, LedgerFields fields) =>
        state.IsDoubtful && (name.Key is not null || !HasKeys(fields, name.Root));

    private static bool HasKeys(LedgerFields fields, string root, bool onlyPending = false)
    {
        foreach (var (name, state) in fields.Span)
        {
            if (name.Key is not null && name.Root == root && (!onlyPending || state.IsPending))
            {
                return true;
            }
        }

        return false;
    }

    private static List<KeyValuePair<FieldName, Register>> Where(Func<FieldName, FieldState, LedgerFields, bool> fits, LedgerFields fields)
    {
        var found = new List<KeyValuePair<FieldName, Register>>(fields.Count);
        foreach (var (name, state) in fields.Span)
        {
            if (fits(name, state, fields))
            {
                found.Add(KeyValuePair.Create(name, state.Newest));
            }
        }

        return found;
    }

    /// <summary>Whether the map that this is a key of was cleared as a whole after the register.</summary>
    private bool IsCleared(FieldName name, Register register) =>
        name.Key is not null && Fields.Find(new FieldName(name.Root))?.Acknowledged is { } whole && whole.Register.IsNewerThan(register);

    /// <summary>The fields by name; never their values.</summary>
    public override string ToString() => Fields.ToString();
}
