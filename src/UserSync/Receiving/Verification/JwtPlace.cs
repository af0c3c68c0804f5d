using System.Text;
using System.Text.Json;
using UserSync.Configuration;
using UserSync.Receiving.Bodies;

namespace UserSync.Receiving.Verification;

/// <summary>Where a delivery carries its tokens: in a header, as its whole body, or in places of its body.</summary>
internal sealed class JwtPlace
{
    private static readonly IReadOnlyDictionary<string, bool> Places = new Dictionary<string, bool>(StringComparer.Ordinal)
    {
        ["body"] = true,
        ["header"] = false,
    };

    private readonly string? header;
    private readonly string prefix;
    private readonly BodyPath? path;

    private JwtPlace(string? header, string prefix, BodyPath? path)
    {
        this.header = header;
        this.prefix = prefix;
        this.path = path;
    }

    internal static IReadOnlyList<string> SettingNames => ["in", "name", "prefix", "path"];

    internal static JwtPlace Read(Setting settings)
    {
        if (settings.Member("in").Choice(Places, absent: true))
        {
            var path = settings.Member("path").IsPresent ? BodyPathSetting.Read(settings.Member("path")) : null;
            return new JwtPlace(null, string.Empty, path);
        }

        var name = settings.Member("name").IsPresent ? settings.Member("name").HeaderName("Write the name of the header that carries the token") : null;
        return new JwtPlace(
            name ?? "Authorization",
            settings.Member("prefix").Text("Write what stands before the token, for example \"Bearer \"") ?? "Bearer ",
            null);
    }

    internal IReadOnlyList<string?> TokensIn(Delivery delivery)
    {
        if (header is not null)
        {
            return delivery.Headers[header] is [{ } value] && value.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
                ? [value[prefix.Length..].Trim()]
                : [];
        }

        return path is null
            ? [Encoding.UTF8.GetString(delivery.Body.Span).Trim()]
            : [.. path.ValuesIn(delivery.Content.Root).Select(value => value.ValueKind == JsonValueKind.String ? value.GetString() : null)];
    }
}
