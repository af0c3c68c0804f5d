using System.Collections.ObjectModel;
using System.Globalization;
using System.Text.Json;

namespace Truto.Sandbox;

/// <summary>
/// A user as the provider keeps it: an immutable snapshot. Fields that the provider does not know stay as they were put in.
/// </summary>
/// <param name="Id">The provider's id of the user: any text that is not empty.</param>
public sealed record SandboxUser(string Id)
{
    // Where JSON leaves an init-only property out, generated code sets it to null and not to its default; hence the "?? Empty" below.

    /// <summary>The user's e-mail address, unique within its account without regard to case.</summary>
    public string? Email { get; init; }

    /// <summary>The user's full name.</summary>
    public string? Name { get; init; }

    /// <summary>The user's first name; no provider answers it as a mapped field.</summary>
    public string? FirstName { get; init; }

    /// <summary>The user's last name; no provider answers it as a mapped field.</summary>
    public string? LastName { get; init; }

    /// <summary>Whether the user is active.</summary>
    public bool? IsActive { get; init; }

    /// <summary>The custom fields that were written, by the provider's name.</summary>
    public IReadOnlyDictionary<string, JsonElement> CustomFields { get; init => field = value ?? Empty; } = Empty;

    /// <summary>
    /// Further members of the provider's record, as they came in <c>remote_data</c>. Members that the provider's record has anyway
    /// are not among them: they are the properties of this type.
    /// </summary>
    public IReadOnlyDictionary<string, JsonElement> RemoteData { get; init => field = value ?? Empty; } = Empty;

    /// <summary>When the user was created, in whole milliseconds; the sandbox sets it where it is the default.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the user was last changed, in whole milliseconds; the sandbox sets it where it is the default.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>How many updates were applied through the API since the user was put in.</summary>
    public long Revision { get; init; }

    internal static IReadOnlyDictionary<string, JsonElement> Empty { get; } = ReadOnlyDictionary<string, JsonElement>.Empty;

    /// <summary>Keeps personal data out of ToString().</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"SandboxUser {{ Id = {Id}, UpdatedAt = {UpdatedAt:O}, Revision = {Revision} }}");
}
