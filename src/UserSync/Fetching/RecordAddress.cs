using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using UserSync.Configuration;
using UserSync.Expressions;
using UserSync.Mapping;

namespace UserSync.Fetching;

/// <summary>
/// Where the record of an event is: a fixed beginning, and a path and a query whose values may come from the event. Nothing that
/// stands in an event leads anywhere else than below that beginning.
/// </summary>
internal sealed partial class RecordAddress
{
    private const int MaxLength = 4096;
    private const string BaseRemedy =
        "Write the part of the address that is the same for every record, for example \"https://acme.okta.com\"";
    private const string PathRemedy =
        "Write the path below \"base\" with expressions in braces, for example \"/api/v1/users/{event.data.id}\"";
    private const string QueryRemedy = "Write { \"parameter\": \"text with {expressions}\" }";

    private readonly Uri start;
    private readonly IReadOnlyList<AddressTemplate> segments;
    private readonly IReadOnlyList<(string Name, AddressTemplate Value)> query;

    private RecordAddress(Uri start, IReadOnlyList<AddressTemplate> segments, IReadOnlyList<(string Name, AddressTemplate Value)> query)
    {
        this.start = start;
        this.segments = segments;
        this.query = query;
    }

    /// <summary>The expressions, in the order in which they stand in the address.</summary>
    internal IEnumerable<Expression> Expressions =>
        segments.Concat(query.Select(parameter => parameter.Value)).SelectMany(template => template.Expressions);

    /// <summary>Reads the settings <c>base</c>, <c>path</c> and <c>query</c> of <c>fetch</c>, or reports what is wrong with them.</summary>
    internal static RecordAddress? Read(Setting fetch, bool allowsPrivate)
    {
        var start = FixedAddress.Read(fetch.Member("base"), BaseRemedy, allowsPrivate);
        var segments = ReadPath(fetch.Member("path"));
        var query = ReadQuery(fetch.Member("query"));
        if (start is null || segments is null || query is null)
        {
            return null;
        }

        var address = new RecordAddress(start, segments, query);
        if (!address.Expressions.Any())
        {
            fetch.Member("path").Error(
                "nothing of an event stands in it or in the query, so every event would fetch the same record", PathRemedy);
        }

        return address;
    }

    /// <summary>Makes the address for an event.</summary>
    /// <param name="input">The event.</param>
    /// <param name="address">The address.</param>
    /// <param name="problem">Why there is none.</param>
    internal bool TryMake(ExpressionInput input, [NotNullWhen(true)] out Uri? address, [NotNullWhen(false)] out MappingProblem? problem)
    {
        address = null;
        var path = new StringBuilder(start.AbsolutePath.TrimEnd('/'));
        foreach (var segment in segments)
        {
            path.Append('/');
            if (segment.AppendTo(path, input) is { } refused)
            {
                problem = refused;
                return false;
            }
        }

        var parameters = new StringBuilder();
        foreach (var (name, value) in query)
        {
            parameters.Append(parameters.Length == 0 ? '?' : '&').Append(Uri.EscapeDataString(name)).Append('=');
            if (value.AppendTo(parameters, input) is { } refused)
            {
                problem = refused;
                return false;
            }
        }

        if (path.Length + parameters.Length > MaxLength)
        {
            problem = new MappingProblem("fetch", null, $"the event's values make an address of more than {MaxLength} characters");
            return false;
        }

        // Whatever came before: what is called is what was meant, or nothing is.
        if (!Uri.TryCreate($"{start.GetLeftPart(UriPartial.Authority)}{path}{parameters}", UriKind.Absolute, out address)
            || address.Scheme != start.Scheme || address.IdnHost != start.IdnHost || address.Port != start.Port
            || address.AbsolutePath != path.ToString() || address.UserInfo.Length > 0 || address.Fragment.Length > 0)
        {
            problem = new MappingProblem("fetch", null, "the event's values make an address that is not below \"base\"");
            return false;
        }

        problem = null;
        return true;
    }

    /// <summary>Puts values where the expressions would read them, for samples.</summary>
    internal void Place(JsonObject data)
    {
        foreach (var expression in Expressions)
        {
            expression.TryPlace(data, "sample");
        }
    }

    private static List<AddressTemplate>? ReadPath(Setting setting)
    {
        if (setting.RequiredText(PathRemedy) is not { } text || AddressTemplate.Parse(setting, text) is not { } parts)
        {
            return null;
        }

        if (parts.Any(part => part.Expression is null && !PathText().IsMatch(part.Literal)))
        {
            setting.Error("it holds what is no part of a path, or an escape", PathRemedy);
            return null;
        }

        if (!parts[0].Literal.StartsWith('/'))
        {
            setting.Error("it does not begin with a slash", PathRemedy);
            return null;
        }

        var segments = Split(parts).ToList();
        if (segments.Exists(segment => segment is [{ Expression: null, Literal: "." or ".." }])
            || segments.Take(segments.Count - 1).Any(segment => segment.Count == 0))
        {
            setting.Error("it has a dot segment or an empty one", PathRemedy);
            return null;
        }

        return [.. segments.Select(segment => new AddressTemplate("fetch.path", segment, ValuePlace.PathSegment))];
    }

    /// <summary>Cuts a path, which begins with a slash, at the slashes of its fixed texts.</summary>
    private static IEnumerable<List<TemplatePart>> Split(IReadOnlyList<TemplatePart> parts)
    {
        var segment = new List<TemplatePart>();
        var isFirst = true;
        foreach (var part in parts)
        {
            if (part.Expression is not null)
            {
                segment.Add(part);
                continue;
            }

            var pieces = part.Literal.Split('/');
            for (var i = 0; i < pieces.Length; i++)
            {
                if (i > 0 && !isFirst)
                {
                    yield return segment;
                    segment = [];
                }

                isFirst &= i == 0;
                if (pieces[i].Length > 0)
                {
                    segment.Add(new TemplatePart(pieces[i], null));
                }
            }
        }

        yield return segment;
    }

    private static List<(string Name, AddressTemplate Value)>? ReadQuery(Setting setting)
    {
        if (!setting.IsPresent)
        {
            return [];
        }

        if (!setting.IsObject)
        {
            setting.Error("it is not an object", QueryRemedy);
            return null;
        }

        var query = new List<(string, AddressTemplate)>();
        var isWhole = true;
        foreach (var (name, value) in setting.Members())
        {
            if (value.RequiredText(QueryRemedy) is { } text && AddressTemplate.Parse(value, text) is { } parts)
            {
                query.Add((name, new AddressTemplate($"fetch.query.{name}", parts, ValuePlace.QueryValue)));
            }
            else
            {
                isWhole = false;
            }
        }

        return isWhole ? query : null;
    }

    [GeneratedRegex(@"^[A-Za-z0-9._~!$&'()*+,;=:@/-]*$", RegexOptions.None, 100)]
    private static partial Regex PathText();
}
