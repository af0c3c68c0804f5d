using System.Globalization;
using System.Text.Json.Serialization;

namespace Truto.Sandbox;

/// <summary>One integrated account: a customer's connection to one CRM.</summary>
/// <param name="Id">The account's id, as in <c>integrated_account_id</c>; Truto's are UUIDs, the sandbox takes any text.</param>
/// <param name="Provider">The CRM's name, one of <see cref="Crm.CrmUserSupport"/>.</param>
public sealed record SandboxAccount(string Id, string Provider)
{
    // Where JSON leaves an init-only property out, generated code sets it to null and not to its default; hence the "?? []" below.

    /// <summary>Whether the provider lets the account in.</summary>
    public SandboxAccountStatus Status { get; init; }

    /// <summary>Whether Truto has blocked the account: every call ends in a 503 that is not remote.</summary>
    public bool Blocked { get; init; }

    /// <summary>Whether this is one of Truto's sandbox accounts, which refuse every write with a 405.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>The OAuth scopes that the connection lacks: where there is one, every call ends in a 403 that names them.</summary>
    public IReadOnlyList<string> MissingScopes { get; init => field = value ?? []; } = [];

    /// <summary>
    /// The account's own tokens ("integrated-account tokens"): a call with one of them needs no <c>integrated_account_id</c> and sees
    /// no other account.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWriting)]
    public IReadOnlyList<string> Tokens { get; init => field = value ?? []; } = [];

    /// <summary>Keeps the tokens out of ToString().</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"SandboxAccount {{ Id = {Id}, Provider = {Provider}, Status = {Status}, Blocked = {Blocked}, ReadOnly = {ReadOnly} }}");
}
