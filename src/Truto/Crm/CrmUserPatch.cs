using System.Text.Json;
using System.Text.Json.Nodes;
using Truto.Http;

namespace Truto.Crm;

/// <summary>
/// The fields of a CRM user to write. An unset field is left out of the request and stays as it is; <see langword="null"/> is sent
/// as null. What a provider does with null is not documented. Which fields a provider takes is in <see cref="CrmUserSupport"/>.
/// </summary>
public sealed record CrmUserPatch
{
    /// <summary>The user's e-mail address: <c>email</c>.</summary>
    public Optional<string?> Email { get; init; }

    /// <summary>The user's name: <c>name</c>.</summary>
    public Optional<string?> Name { get; init; }

    /// <summary>The user's first name: <c>first_name</c>. Written only; no answer has it.</summary>
    public Optional<string?> FirstName { get; init; }

    /// <summary>The user's last name: <c>last_name</c>. Written only; no answer has it.</summary>
    public Optional<string?> LastName { get; init; }

    /// <summary>Whether the user is active: <c>is_active</c>.</summary>
    public Optional<bool?> IsActive { get; init; }

    /// <summary>
    /// The provider's own fields by name: <c>custom_fields</c>. Truto documents no shape; an object is inferred. Written only.
    /// </summary>
    public Optional<JsonObject?> CustomFields { get; init; }

    /// <summary>What is handed to the provider as it is: <c>remote_data</c>.</summary>
    public Optional<JsonObject?> RemoteData { get; init; }

    /// <summary>Whether no field is set.</summary>
    public bool IsEmpty => !(Email.IsSet || Name.IsSet || FirstName.IsSet || LastName.IsSet || IsActive.IsSet || CustomFields.IsSet
        || RemoteData.IsSet);

    /// <summary>The names of the fields that are set, as Truto spells them.</summary>
    public IEnumerable<string> Fields
    {
        get
        {
            if (Email.IsSet)
            {
                yield return "email";
            }

            if (Name.IsSet)
            {
                yield return "name";
            }

            if (FirstName.IsSet)
            {
                yield return "first_name";
            }

            if (LastName.IsSet)
            {
                yield return "last_name";
            }

            if (IsActive.IsSet)
            {
                yield return "is_active";
            }

            if (CustomFields.IsSet)
            {
                yield return "custom_fields";
            }

            if (RemoteData.IsSet)
            {
                yield return "remote_data";
            }
        }
    }

    /// <summary>Writes the fields that are set as one JSON object.</summary>
    /// <param name="writer">Where to write.</param>
    public void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);

        writer.WriteStartObject();
        Write(writer, "email", Email);
        Write(writer, "name", Name);
        Write(writer, "first_name", FirstName);
        Write(writer, "last_name", LastName);
        if (IsActive.IsSet)
        {
            writer.WritePropertyName("is_active");
            if (IsActive.Value is { } active)
            {
                writer.WriteBooleanValue(active);
            }
            else
            {
                writer.WriteNullValue();
            }
        }

        Write(writer, "custom_fields", CustomFields);
        Write(writer, "remote_data", RemoteData);
        writer.WriteEndObject();
    }

    /// <summary>The fields that are set as one JSON object in UTF-8: the body of the request.</summary>
    public byte[] ToUtf8Json()
    {
        using var buffer = JsonBuffer.Take();
        WriteTo(buffer.Writer);
        return buffer.ToArray();
    }

    /// <summary>The names of the fields that are set, never their values.</summary>
    public override string ToString() => $"{nameof(CrmUserPatch)} {{ {string.Join(", ", Fields)} }}";

    private static void Write(Utf8JsonWriter writer, string name, Optional<string?> field)
    {
        if (field.IsSet)
        {
            writer.WriteString(name, field.Value);
        }
    }

    private static void Write(Utf8JsonWriter writer, string name, Optional<JsonObject?> field)
    {
        if (!field.IsSet)
        {
            return;
        }

        writer.WritePropertyName(name);
        if (field.Value is { } members)
        {
            members.WriteTo(writer);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
