using System.Text.Json.Nodes;
using Truto.Crm;
using UserSync.Configuration;
using UserSync.Secrets;

namespace UserSync.Sources;

/// <summary>Where a source's updates go, and how they are asked for.</summary>
/// <param name="Account">The integrated account.</param>
/// <param name="TokenSecret">The name of the secret that holds the API token.</param>
/// <param name="ResponseFormat">In which form Truto is to answer.</param>
/// <param name="IgnoreRemoteData">Whether Truto is to leave the provider's own record out of its answer.</param>
/// <param name="ExcludeFields">The fields that Truto is to leave out of its answer.</param>
/// <param name="RemoteQuery">Query parameters for the provider, passed on untouched.</param>
/// <param name="SendUnchanged">Whether a value that Truto has acknowledged already is sent again; <see langword="null"/> for what goes for all sources.</param>
public sealed record TrutoTarget(
    string Account,
    string TokenSecret,
    CrmUserFormat ResponseFormat,
    bool? IgnoreRemoteData,
    IReadOnlyList<string> ExcludeFields,
    JsonObject? RemoteQuery,
    bool? SendUnchanged)
{
    /// <summary>The secret that holds the API token where a source names none.</summary>
    public const string DefaultTokenSecret = "truto-api-token";

    private static readonly IReadOnlyDictionary<string, CrmUserFormat> Formats = new Dictionary<string, CrmUserFormat>(StringComparer.Ordinal)
    {
        // The fourth, a stream, is nothing to be stored.
        ["unified"] = CrmUserFormat.Unified,
        ["raw"] = CrmUserFormat.Raw,
        ["normalized"] = CrmUserFormat.Normalized,
    };

    internal static TrutoTarget? Read(Setting source)
    {
        var settings = source.Member("truto");
        if (settings.IsPresent)
        {
            settings.ExpectObject("token", "responseFormat", "ignoreRemoteData", "excludeFields", "remoteQuery", "sendUnchanged");
        }

        if (settings.Member("token").IsArray)
        {
            settings.Member("token").Error("an array stands where one name is expected", "Write the name of the secret that holds the API token");
        }

        const string AccountRemedy = "Write the id of the integrated account, a UUID that Truto shows";
        var account = source.Member("account").RequiredText(AccountRemedy);
        if (account is not null && !Guid.TryParseExact(account, "D", out _))
        {
            source.Member("account").Error("it is not a UUID", AccountRemedy);
        }

        var query = settings.Member("remoteQuery");
        if (query.IsPresent && !query.IsObject)
        {
            query.Error("it is not an object", "Write { \"parameter\": value }");
        }

        return account is null ? null : new TrutoTarget(
            account,
            SecretNames.Read(settings.Member("token")) is [var token, ..] ? token : DefaultTokenSecret,
            settings.Member("responseFormat").Choice(Formats, CrmUserFormat.Unified),
            settings.Member("ignoreRemoteData").Flag(),
            settings.Member("excludeFields").Texts("Write the names of fields"),
            query.IsObject ? JsonObject.Create(query.Value) : null,
            settings.Member("sendUnchanged").Flag());
    }
}
