namespace Truto;

/// <summary>
/// A field of a request body, which has three states: unset (the field is left out), <see langword="null"/> and a value.
/// <see langword="default"/> is unset; assigning a value or <see langword="null"/> sets it.
/// </summary>
/// <typeparam name="T">The type of the value; a nullable one where the field may be <see langword="null"/>.</typeparam>
/// <example><c>new CrmUserPatch { Email = "ada@example.com", Name = null }</c> changes two fields and leaves the others alone.</example>
public readonly struct Optional<T> : IEquatable<Optional<T>>
{
    private readonly T value;

    /// <summary>Makes a set field.</summary>
    /// <param name="value">The value, which may be <see langword="null"/>.</param>
    public Optional(T value)
    {
        this.value = value;
        IsSet = true;
    }

    /// <summary>Whether the field is part of the request, be its value <see langword="null"/> or not.</summary>
    public bool IsSet { get; }

    /// <summary>The value of a set field.</summary>
    /// <exception cref="InvalidOperationException">The field is unset.</exception>
    public T Value => IsSet ? value : throw new InvalidOperationException("The field is unset and has no value; check IsSet first.");

    /// <summary>Makes a set field.</summary>
    /// <param name="value">The value, which may be <see langword="null"/>.</param>
    public static implicit operator Optional<T>(T value) => new(value);

    /// <summary>Whether both are unset, or both are set to equal values.</summary>
    /// <param name="left">One field.</param>
    /// <param name="right">The other field.</param>
    public static bool operator ==(Optional<T> left, Optional<T> right) => left.Equals(right);

    /// <summary>Whether the two differ in their state or their value.</summary>
    /// <param name="left">One field.</param>
    /// <param name="right">The other field.</param>
    public static bool operator !=(Optional<T> left, Optional<T> right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(Optional<T> other) => IsSet == other.IsSet && EqualityComparer<T>.Default.Equals(value, other.value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Optional<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(IsSet, value);

    /// <summary>The state of the field, never its value.</summary>
    public override string ToString() => !IsSet ? "unset" : value is null ? "null" : "set";
}
