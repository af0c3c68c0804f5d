using System.Collections;
using System.Diagnostics.CodeAnalysis;
using UserSync.Mapping;

namespace UserSync.Ledger;

/// <summary>
/// What is known of a user's fields, in the order of their names, which is the same on every machine. Immutable. A user has few fields, so an
/// array that is copied for each change takes less time and memory than a tree that shares its parts.
/// </summary>
public sealed class LedgerFields : IReadOnlyDictionary<FieldName, FieldState>
{
    /// <summary>Nothing is known.</summary>
    public static readonly LedgerFields Empty = new([]);

    private readonly KeyValuePair<FieldName, FieldState>[] entries;

    private LedgerFields(KeyValuePair<FieldName, FieldState>[] entries) => this.entries = entries;

    /// <inheritdoc/>
    public int Count => entries.Length;

    /// <inheritdoc/>
    public IEnumerable<FieldName> Keys => entries.Select(entry => entry.Key);

    /// <inheritdoc/>
    public IEnumerable<FieldState> Values => entries.Select(entry => entry.Value);

    /// <inheritdoc/>
    public FieldState this[FieldName key] => Find(key) ?? throw new KeyNotFoundException($"Nothing is known of the field {key}.");

    /// <summary>The fields, to be walked without an enumerator.</summary>
    public ReadOnlySpan<KeyValuePair<FieldName, FieldState>> Span => entries;

    /// <summary>What is known of a field; <see langword="null"/> where nothing.</summary>
    /// <param name="name">The field.</param>
    public FieldState? Find(FieldName name)
    {
        var index = IndexOf(entries, name);
        return index < 0 ? null : entries[index].Value;
    }

    /// <summary>The same fields, but for one.</summary>
    /// <param name="name">The field.</param>
    /// <param name="state">What is known of it from now on.</param>
    public LedgerFields Set(FieldName name, FieldState state)
    {
        var changes = new Changes(this);
        changes.Set(name, state);
        return changes.Result;
    }

    /// <summary>The same fields without one.</summary>
    /// <param name="name">The field.</param>
    public LedgerFields Remove(FieldName name)
    {
        var changes = new Changes(this);
        changes.Remove(name);
        return changes.Result;
    }

    /// <inheritdoc/>
    public bool ContainsKey(FieldName key) => IndexOf(entries, key) >= 0;

    /// <inheritdoc/>
    public bool TryGetValue(FieldName key, [MaybeNullWhen(false)] out FieldState value)
    {
        value = Find(key);
        return value is not null;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<FieldName, FieldState>> GetEnumerator() => entries.AsEnumerable().GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The names; never the values.</summary>
    public override string ToString() => string.Join(", ", Keys);

    /// <summary>Makes fields of what is in whatever order. Of two with the same name, the later counts.</summary>
    /// <param name="fields">The fields; they may be put into order.</param>
    internal static LedgerFields Of(List<KeyValuePair<FieldName, FieldState>> fields)
    {
        for (var i = 1; i < fields.Count; i++)
        {
            if (fields[i - 1].Key.CompareTo(fields[i].Key) >= 0)
            {
                return fields.Aggregate(Empty, static (known, field) => known.Set(field.Key, field.Value));
            }
        }

        return fields.Count == 0 ? Empty : new LedgerFields([.. fields]);
    }

    private static int IndexOf(KeyValuePair<FieldName, FieldState>[] entries, FieldName name)
    {
        var (low, high) = (0, entries.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            var order = entries[middle].Key.CompareTo(name);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }

    /// <summary>Several changes of the same fields, which are copied once for all of them.</summary>
    /// <param name="before">The fields.</param>
    internal ref struct Changes(LedgerFields before)
    {
        private readonly LedgerFields before = before;
        private KeyValuePair<FieldName, FieldState>[] entries = before.entries;

        /// <summary>The fields after the changes: the same where there were none.</summary>
        internal readonly LedgerFields Result => ReferenceEquals(entries, before.entries) ? before : new LedgerFields(entries);

        /// <summary>The fields as they are now. What is set or removed while they are walked changes no other.</summary>
        internal readonly ReadOnlySpan<KeyValuePair<FieldName, FieldState>> Span => entries;

        /// <summary>What is known of a field now; <see langword="null"/> where nothing.</summary>
        /// <param name="name">The field.</param>
        internal readonly FieldState? Find(FieldName name)
        {
            var index = IndexOf(entries, name);
            return index < 0 ? null : entries[index].Value;
        }

        /// <summary>Sets what is known of a field.</summary>
        /// <param name="name">The field.</param>
        /// <param name="state">What is known of it.</param>
        internal void Set(FieldName name, FieldState state)
        {
            var index = IndexOf(entries, name);
            if (index < 0)
            {
                var inserted = new KeyValuePair<FieldName, FieldState>[entries.Length + 1];
                entries.AsSpan(0, ~index).CopyTo(inserted);
                entries.AsSpan(~index).CopyTo(inserted.AsSpan(~index + 1));
                entries = inserted;
            }
            else if (ReferenceEquals(entries, before.entries))
            {
                entries = entries.AsSpan().ToArray();
            }

            entries[index < 0 ? ~index : index] = KeyValuePair.Create(name, state);
        }

        /// <summary>Forgets a field.</summary>
        /// <param name="name">The field.</param>
        internal void Remove(FieldName name)
        {
            var index = IndexOf(entries, name);
            if (index >= 0)
            {
                entries = [.. entries.AsSpan(0, index), .. entries.AsSpan(index + 1)];
            }
        }
    }
}
