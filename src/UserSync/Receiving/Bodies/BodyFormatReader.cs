using UserSync.Configuration;

namespace UserSync.Receiving.Bodies;

/// <summary>Reads in which formats a source writes its bodies.</summary>
internal static class BodyFormatReader
{
    private static readonly string[] Formats = ["json", "json-lines", "form", "xml", "jwt", "cloudevents"];

    private static readonly IReadOnlyDictionary<string, string> Names = Formats.ToDictionary(name => name, StringComparer.Ordinal);

    private static readonly Dictionary<string, string[]> MediaTypesOf = new(StringComparer.Ordinal)
    {
        ["json"] = ["application/json", "text/json"],
        ["json-lines"] = ["application/x-ndjson", "application/jsonl"],
        ["form"] = [MediaTypes.Form],
        ["xml"] = ["text/xml", "application/xml"],
        ["jwt"] = ["application/jwt", "application/secevent+jwt"],
        ["cloudevents"] = ["application/cloudevents+json", "application/cloudevents-batch+json"],
    };

    /// <summary>Reads one format, or several of which the delivery's media type chooses; the first is for every other media type.</summary>
    /// <param name="settings">The setting <c>events</c>.</param>
    /// <param name="maxDepth">The deepest nesting.</param>
    internal static IBodyFormat Read(Setting settings, int maxDepth)
    {
        var unwrap = settings.Member("unwrap").Texts("Write the paths at which a text holds JSON, for example [\"data\"]");
        var names = settings.Member("format").Items().Select(item => item.Choice(Names, "json")).ToList();
        if (names.Count == 0)
        {
            names.Add("json");
        }

        var formats = names.Distinct(StringComparer.Ordinal).ToDictionary(name => name, name => Create(name, unwrap, maxDepth), StringComparer.Ordinal);
        return formats.Count == 1
            ? formats[names[0]]
            : new BodyByMediaType(
                formats[names[0]],
                formats.SelectMany(format => MediaTypesOf[format.Key].Select(type => (Type: type, Format: format.Value)))
                    .ToDictionary(pair => pair.Type, pair => pair.Format, StringComparer.Ordinal));
    }

    private static IBodyFormat Create(string name, IReadOnlyList<string> unwrap, int maxDepth) => name switch
    {
        "json-lines" => new JsonLinesBody(maxDepth),
        "form" => new FormBody(maxDepth),
        "xml" => new XmlBody(maxDepth),
        "jwt" => new JwtBody(unwrap, maxDepth),
        "cloudevents" => new CloudEventsBody(maxDepth),
        _ => new JsonBody(maxDepth),
    };
}
