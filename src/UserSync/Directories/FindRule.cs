using System.Text.Json;
using System.Text.Json.Nodes;
using UserSync.Configuration;
using UserSync.Expressions;
using UserSync.Mapping;

namespace UserSync.Directories;

/// <summary>How the CRM user is found whose id an event does not say. Safe for concurrent use.</summary>
public sealed class FindRule
{
    private const string Remedy = "Write { \"find\": { \"email\": expression } }";

    private readonly Expression? key;
    private readonly Expression? value;

    private FindRule(Expression? key, string? field, Expression? value, string? links, MissingPolicy missing)
    {
        this.key = key;
        Field = field;
        this.value = value;
        LinksName = links;
        Missing = missing;
    }

    /// <summary>The unified field by which the user is found; <see langword="null"/> where only links say who it is.</summary>
    public string? Field { get; }

    /// <summary>What is to happen with an event about somebody whom the CRM does not know.</summary>
    public MissingPolicy Missing { get; }

    /// <summary>The table of links; <see langword="null"/> for none.</summary>
    public LinkTable? Links { get; internal set; }

    /// <summary>The name of the table of links.</summary>
    internal string? LinksName { get; }

    /// <summary>The headers that the rule reads.</summary>
    internal IEnumerable<string> Headers => new[] { key?.Header, value?.Header }.OfType<string>();

    private static IReadOnlyDictionary<string, MissingPolicy> Policies { get; } = new Dictionary<string, MissingPolicy>(StringComparer.Ordinal)
    {
        ["fail"] = MissingPolicy.Fail,
        ["skip"] = MissingPolicy.Skip,
        ["create"] = MissingPolicy.Create,
    };

    /// <summary>Reads the setting <c>user</c> where it is an object, or reports what is wrong with it.</summary>
    /// <param name="settings">The setting.</param>
    /// <param name="map">The setting <c>map</c>.</param>
    internal static FindRule? Read(Setting settings, Setting map)
    {
        settings.ExpectObject("find", "key", "links", "missing");
        var key = settings.Member("key").Expression("Write the expression for the source's own id of the person");
        var find = settings.Member("find");
        var links = settings.Member("links").Text("Write the name of a file in the folder links, without .csv");
        var missing = settings.Member("missing").Choice(Policies, MissingPolicy.Fail);
        if (links is not null && !FileName.IsValid(links))
        {
            settings.Member("links").Error(
                "it is not the name of a table of links", "Write lower-case letters, digits and dashes, without folder and .csv");
        }

        if (links is not null && !settings.Member("key").IsPresent)
        {
            settings.Member("key").Error("it is missing, and \"links\" says who a person is by it", "Write the expression for the source's own id of the person");
        }

        if (!find.IsPresent)
        {
            if (links is null)
            {
                find.Error("nothing says how the user is found", Remedy);
            }

            if (missing == MissingPolicy.Create)
            {
                settings.Member("missing").Error("nobody can be created who is not looked for in the CRM", $"{Remedy} as well, or remove it");
            }

            return new FindRule(key, null, null, links, missing);
        }

        if (!find.IsObject || find.Members().Count() != 1)
        {
            find.Error("it does not name one field", Remedy);
            return null;
        }

        var (name, member) = find.Members().Single();
        if (!DirectoryFields.IsOne(name))
        {
            var meant = Spelling.Closest(name, DirectoryFields.Names);
            member.Error(
                $"users cannot be found by \"{name}\"",
                meant is null ? "Write email, name, or remote_data. and a key of the CRM's own record" : $"Did you mean \"{meant}\"?");
        }

        if (missing == MissingPolicy.Create && !IsMapped(map, name))
        {
            map.Error(
                $"a user who is created would not have the {name} by which it is looked for",
                $"Map {name}, or let \"missing\" be \"skip\" or \"fail\"");
        }

        return member.TryExpression("Write the expression for the value to look for", out var value)
            ? new FindRule(key, name, value, links, missing)
            : null;
    }

    /// <summary>Whom to look for.</summary>
    /// <param name="input">The event.</param>
    /// <param name="problems">Where problems go.</param>
    internal UserSearch? Search(ExpressionInput input, List<MappingProblem> problems)
    {
        var person = Evaluate("user.key", key, input, problems);
        var count = problems.Count;
        var text = Evaluate($"user.find.{Field}", value, input, problems);
        if (problems.Count > count)
        {
            return null;
        }

        var sought = Field is null ? null : DirectoryValue.Of(Field, text);
        if (sought is null && string.IsNullOrWhiteSpace(person))
        {
            problems.Add(Field is null
                ? new MappingProblem("user.key", key?.Text, "gave nothing where the source's id of the person is expected")
                : new MappingProblem($"user.find.{Field}", value!.Text, "gave nothing to look for"));
            return null;
        }

        return new UserSearch(string.IsNullOrWhiteSpace(person) ? null : person.Trim(), sought);
    }

    /// <summary>Puts texts where the rule reads them, for samples.</summary>
    /// <param name="data">The event that is being made.</param>
    internal void Place(JsonObject data)
    {
        key?.TryPlace(data, "person-1");
        value?.TryPlace(data, Field == "email" ? "ada@example.com" : "ada");
    }

    /// <summary>The field, never a value.</summary>
    public override string ToString() => Field ?? $"links {LinksName}";

    private static bool IsMapped(Setting map, string field) => field.Split('.', 2) is [var root, var name]
        ? map.Member(root).Member(name).IsPresent
        : map.Member(field).IsPresent;

    private static string? Evaluate(string what, Expression? expression, ExpressionInput input, List<MappingProblem> problems)
    {
        if (expression is null)
        {
            return null;
        }

        try
        {
            var found = expression.Evaluate(input);
            if (!found.HasValue())
            {
                return null;
            }

            if (found.ValueKind is JsonValueKind.String or JsonValueKind.Number)
            {
                return found.AsText();
            }

            problems.Add(new MappingProblem(what, expression.Text, $"gave {found.Describe()} where a text or a number is expected"));
        }
        catch (ExpressionException exception)
        {
            problems.Add(new MappingProblem(what, expression.Text, exception.Message));
        }

        return null;
    }
}
