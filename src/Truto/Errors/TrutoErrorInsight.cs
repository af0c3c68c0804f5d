using System.Collections.ObjectModel;
using System.Text.Json;
using Truto.Http;

namespace Truto.Errors;

/// <summary>
/// Truto's hints on an error, from the member <c>truto_error_insight</c>, whose keys are independent of each other and may come with
/// any status. Source: Truto's error model; the exact nesting is inferred, so anything unexpected is passed over and stays in
/// <see cref="Raw"/>.
/// </summary>
public sealed record TrutoErrorInsight
{
    /// <summary>Body fields that are required and missing: <c>missing_required_body_fields</c>.</summary>
    public IReadOnlyList<string> MissingBodyFields { get; init; } = [];

    /// <summary>Query parameters that are required and missing: <c>missing_required_query_parameters</c>.</summary>
    public IReadOnlyList<string> MissingQueryParameters { get; init; } = [];

    /// <summary>Rules by body field, for information only: <c>conditionally_required_body_fields</c>.</summary>
    public IReadOnlyDictionary<string, JsonElement> ConditionalBodyFields { get; init; } =
        ReadOnlyDictionary<string, JsonElement>.Empty;

    /// <summary>Rules by query parameter, for information only: <c>conditionally_required_query_parameters</c>.</summary>
    public IReadOnlyDictionary<string, JsonElement> ConditionalQueryParameters { get; init; } =
        ReadOnlyDictionary<string, JsonElement>.Empty;

    /// <summary>OAuth scopes that the connection lacks: <c>forbidden_error</c>.</summary>
    public IReadOnlyList<string> MissingScopes { get; init; } = [];

    /// <summary>Whether the provider's rate limit is used up: <c>rate_limit_error</c> is present.</summary>
    public bool IsRateLimit { get; init; }

    /// <summary>Whether access was refused: <c>forbidden_error</c> is present.</summary>
    public bool IsForbidden { get; init; }

    /// <summary>Whether the error is the provider's: <c>remote_error</c> is present.</summary>
    public bool IsRemote { get; init; }

    /// <summary>Truto's description of each hint, by the hint's key. Written for people; may hold personal data.</summary>
    public IReadOnlyDictionary<string, string> Descriptions { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The whole of <c>truto_error_insight</c> as it came. May hold personal data.</summary>
    public JsonElement Raw { get; init; }

    /// <summary>Nothing of what the hints say.</summary>
    public override string ToString() => nameof(TrutoErrorInsight);

    /// <summary>Reads what can be read; <see langword="null"/> where the member is no object.</summary>
    internal static TrutoErrorInsight? Read(JsonElement element)
    {
        if (element.ValueKind is not JsonValueKind.Object)
        {
            return null;
        }

        var insight = new TrutoErrorInsight { Raw = element };
        var descriptions = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, hint) in Json.Members(element))
        {
            if (Json.Member(hint, "description") is { } member && Json.Text(member) is { } description)
            {
                descriptions[key] = description;
            }

            var value = Json.Member(hint, "value");
            insight = key switch
            {
                "missing_required_body_fields" => insight with { MissingBodyFields = Json.Texts(value) },
                "missing_required_query_parameters" => insight with { MissingQueryParameters = Json.Texts(value) },
                "conditionally_required_body_fields" => insight with { ConditionalBodyFields = Rules(value) },
                "conditionally_required_query_parameters" => insight with { ConditionalQueryParameters = Rules(value) },
                "forbidden_error" => insight with { IsForbidden = true, MissingScopes = Scopes(value) },
                "rate_limit_error" => insight with { IsRateLimit = true },
                "remote_error" => insight with { IsRemote = true },
                _ => insight,
            };
        }

        return insight with { Descriptions = descriptions };
    }

    private static IReadOnlyList<string> Scopes(JsonElement? value) =>
        value is { ValueKind: JsonValueKind.Object } holder ? Json.Texts(Json.Member(holder, "missing_scopes")) : Json.Texts(value);

    private static Dictionary<string, JsonElement> Rules(JsonElement? value)
    {
        var rules = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (name, rule) in Json.Members(value))
        {
            rules[name] = rule;
        }

        return rules;
    }
}
