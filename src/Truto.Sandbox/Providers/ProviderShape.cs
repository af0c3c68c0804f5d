using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Truto.Crm;
using Truto.Sandbox.State;

namespace Truto.Sandbox.Providers;

/// <summary>
/// A provider: its row of the support matrix, and how its own records, answers and errors look. The row is Truto's; the looks are
/// modelled on each vendor's public API, cut down to what a user sync meets, and no promise that the vendor answers the same.
/// </summary>
internal abstract class ProviderShape
{
    private static readonly FrozenDictionary<string, ProviderShape> ByName = new ProviderShape[]
    {
        new Salesforce(), new OnePageCrm(), new Outreach(), new Pipedrive(), new Planhat(), new Wix(),
    }.ToFrozenDictionary(shape => shape.Support.Name, StringComparer.OrdinalIgnoreCase);

    private readonly FrozenDictionary<string, UserFields> fieldsByKey;

    /// <param name="name">The name in the support matrix.</param>
    /// <param name="keys">
    /// Every member that <see cref="WriteRecord"/> writes, with the unified field that it holds; <see cref="UserFields.None"/> for
    /// one that cannot be written.
    /// </param>
    protected ProviderShape(string name, IReadOnlyDictionary<string, UserFields> keys)
    {
        Support = CrmUserSupport.Current.Find(name) ?? throw new InvalidOperationException($"The support matrix has no row for {name}.");
        Accepted = UserFieldNames.Parse(Support.Accepted);
        Answered = UserFieldNames.Parse(Support.Answered);
        fieldsByKey = keys.ToFrozenDictionary(StringComparer.Ordinal);
        EmailKey = keys.Single(key => key.Value == UserFields.Email).Key;
    }

    public CrmProvider Support { get; }

    public UserFields Accepted { get; }

    public UserFields Answered { get; }

    /// <summary>The provider's name for the e-mail address.</summary>
    public string EmailKey { get; }

    /// <summary>The content type of the provider's own answers.</summary>
    public virtual string ContentType => Unified.Answer.Json;

    /// <summary>Whether the provider makes the full name from first and last name.</summary>
    public virtual bool DerivesName => false;

    /// <summary>Whether the provider answers an update with a body.</summary>
    public virtual bool AnswersUpdate => true;

    /// <summary>Whether the provider answers a removal with a body.</summary>
    public virtual bool AnswersRemoval => true;

    public static ProviderShape? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>An id as the provider would make it.</summary>
    /// <param name="number">Another number for every id.</param>
    public abstract string NewId(long number);

    /// <summary>Whether a member of the provider's record is one of its own, and which unified field it holds.</summary>
    public bool Knows(string key, out UserFields field) => fieldsByKey.TryGetValue(key, out field);

    /// <summary>Writes the provider's record of a user, an object.</summary>
    public abstract void WriteRecord(Utf8JsonWriter json, SandboxUser user);

    /// <summary>Writes the body of the provider's answer to reading or changing one user.</summary>
    public virtual void WriteOne(Utf8JsonWriter json, SandboxUser user) => WriteRecord(json, user);

    /// <summary>Writes the body of the provider's answer to creating a user.</summary>
    public virtual void WriteCreated(Utf8JsonWriter json, SandboxUser user) => WriteOne(json, user);

    /// <summary>Writes the body of the provider's answer to removing a user.</summary>
    public virtual void WriteRemoved(Utf8JsonWriter json, string id) => throw new NotSupportedException();

    /// <summary>Writes the body of the provider's answer to listing users.</summary>
    public abstract void WriteMany(Utf8JsonWriter json, IReadOnlyList<SandboxUser> users, string? next);

    /// <summary>Writes the body of the provider's refusal.</summary>
    public abstract void WriteProblem(Utf8JsonWriter json, ProviderProblem problem);

    protected void WriteRecords(Utf8JsonWriter json, string name, IReadOnlyList<SandboxUser> users)
    {
        json.WriteStartArray(name);
        foreach (var user in users)
            WriteRecord(json, user);
        json.WriteEndArray();
    }

    protected void WriteFurther(Utf8JsonWriter json, SandboxUser user)
    {
        foreach (var (name, value) in user.RemoteData)
        {
            if (fieldsByKey.ContainsKey(name))
                continue;
            json.WritePropertyName(name);
            value.WriteTo(json);
        }
    }

    /// <summary>Writes an id as the number that it is, or as text where it is none.</summary>
    protected static void WriteNumericId(Utf8JsonWriter json, string name, string id)
    {
        var isNumber = long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        if (isNumber && string.Equals(number.ToString(CultureInfo.InvariantCulture), id, StringComparison.Ordinal))
            json.WriteNumber(name, number);
        else
            json.WriteString(name, id);
    }
}
