using System.Collections.Frozen;
using System.Text.Json;

namespace Truto.Crm;

/// <summary>
/// Which unified user fields each CRM requires, accepts and answers: the support columns of Truto's API reference, as data with a
/// date, because Truto changes them. Treat a field that is not accepted as a warning, not as an error.
/// </summary>
public sealed class CrmUserSupport
{
    private const string Passthrough = "remote_data";

    private readonly FrozenDictionary<string, CrmProvider> providers;

    private CrmUserSupport(string asOf, FrozenDictionary<string, CrmProvider> providers)
    {
        AsOf = asOf;
        this.providers = providers;
    }

    /// <summary>The table that ships with this client.</summary>
    public static CrmUserSupport Current { get; } = Read();

    /// <summary>The month in which the table was read from Truto's API reference, as <c>yyyy-MM</c>.</summary>
    public string AsOf { get; }

    /// <summary>Every provider whose users can be updated, in alphabetical order.</summary>
    public IEnumerable<CrmProvider> Providers => providers.Values.OrderBy(provider => provider.Name, StringComparer.Ordinal);

    /// <summary>The row of one provider, or <see langword="null"/> where Truto's API reference has none.</summary>
    /// <param name="provider">The provider's name, in any case.</param>
    public CrmProvider? Find(string provider) => providers.GetValueOrDefault(provider);

    private static CrmUserSupport Read()
    {
        using var resource = typeof(CrmUserSupport).Assembly.GetManifestResourceStream("crm-user-support.json")!;
        using var document = JsonDocument.Parse(resource);
        var root = document.RootElement;
        return new CrmUserSupport(
            root.GetProperty("asOf").GetString()!,
            root.GetProperty("providers").EnumerateObject().Select(ReadProvider)
                .ToFrozenDictionary(provider => provider.Name, StringComparer.OrdinalIgnoreCase));
    }

    private static CrmProvider ReadProvider(JsonProperty row)
    {
        var required = Names(row.Value, "required");
        return new CrmProvider(
            row.Name,
            Set(required),
            Set([.. required, .. Names(row.Value, "accepted"), Passthrough]),
            Set([.. Names(row.Value, "answered"), Passthrough]));
    }

    private static IEnumerable<string> Names(JsonElement row, string column) =>
        row.GetProperty(column).EnumerateArray().Select(name => name.GetString()!);

    private static FrozenSet<string> Set(IEnumerable<string> names) => names.ToFrozenSet(StringComparer.Ordinal);
}
