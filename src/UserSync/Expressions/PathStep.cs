using System.Text.Json;

namespace UserSync.Expressions;

/// <summary>One step of a plain path: into a member, or to an item.</summary>
/// <param name="Name">The member's name, in UTF-8; <see langword="null"/> for an item.</param>
/// <param name="Index">The item's position; from the end where it is negative.</param>
internal readonly record struct PathStep(byte[]? Name, int Index)
{
    /// <summary>What is there; undefined where nothing is.</summary>
    internal bool TryTake(JsonElement from, out JsonElement value)
    {
        var kind = from.ValueKind;
        if (Name is not null && kind == JsonValueKind.Object)
        {
            return from.TryGetProperty(Name, out value);
        }

        value = default;
        return Name is null && kind == JsonValueKind.Array && TryTake(from, Index, out value);
    }

    /// <summary>The item of an array.</summary>
    internal static bool TryTake(JsonElement array, int index, out JsonElement value)
    {
        var length = array.GetArrayLength();
        var position = index < 0 ? length + index : index;
        var isThere = position >= 0 && position < length;
        value = isThere ? array[position] : default;
        return isThere;
    }

    /// <inheritdoc/>
    public bool Equals(PathStep other) =>
        Index == other.Index && Name is null == other.Name is null && Name.AsSpan().SequenceEqual(other.Name);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(Index);
        hash.AddBytes(Name);
        return hash.ToHashCode();
    }
}
