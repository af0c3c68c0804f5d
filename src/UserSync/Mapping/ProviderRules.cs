using Truto.Crm;
using UserSync.Configuration;

namespace UserSync.Mapping;

/// <summary>What the CRM behind an account demands and takes, held against a mapping when it is loaded and against a patch before it is sent.</summary>
/// <param name="provider">The CRM.</param>
public sealed class ProviderRules(CrmProvider provider)
{
    private readonly string[] required = [.. provider.Required.Order(StringComparer.Ordinal)];

    /// <summary>The CRM's name, as Truto spells it.</summary>
    public string Name => provider.Name;

    /// <summary>The fields that the CRM wants in every update.</summary>
    public IReadOnlySet<string> Required => provider.Required;

    internal static ProviderRules? Read(Setting setting)
    {
        var known = CrmUserSupport.Current.Providers.ToDictionary(row => row.Name, row => row, StringComparer.Ordinal);
        if (!setting.Require($"Write the CRM behind the account: {string.Join(", ", known.Keys)}"))
        {
            return null;
        }

        return setting.Choice<CrmProvider?>(known.ToDictionary(row => row.Key, row => (CrmProvider?)row.Value, StringComparer.Ordinal), null) is { } provider
            ? new ProviderRules(provider)
            : null;
    }

    /// <summary>Reports what the CRM requires and no rule supplies, and what a rule supplies and the CRM does not take.</summary>
    /// <param name="map">The setting <c>map</c>.</param>
    /// <param name="supplied">The names that it has rules for.</param>
    internal void Check(Setting map, IReadOnlyCollection<string> supplied)
    {
        foreach (var missing in required.Except(supplied, StringComparer.Ordinal))
        {
            map.Error($"{Name} requires {missing} on every update, and nothing supplies it", $"Add \"{missing}\": an expression");
        }

        CheckTaken(map, supplied);
    }

    /// <summary>Reports what is supplied and the CRM does not take.</summary>
    /// <param name="map">The setting <c>map</c>, or another that names fields.</param>
    /// <param name="supplied">The names.</param>
    internal void CheckTaken(Setting map, IEnumerable<string> supplied)
    {
        foreach (var ignored in supplied.Except(provider.Accepted, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            map.Member(ignored).Warn(
                $"{Name} does not take {ignored} (Truto's API reference, {CrmUserSupport.Current.AsOf})",
                "Remove it, or send the CRM's own field through \"remote_data\"");
        }
    }

    /// <summary>What the CRM requires and this patch does not carry.</summary>
    /// <param name="patch">The patch.</param>
    public IEnumerable<MappingProblem> MissingIn(UserPatch patch)
    {
        ArgumentNullException.ThrowIfNull(patch);
        return required
            .Where(field => !patch.Supplies(field))
            .Select(field => new MappingProblem(field, null, $"{Name} requires it on every update; this event does not carry it, and no earlier one did"));
    }
}
