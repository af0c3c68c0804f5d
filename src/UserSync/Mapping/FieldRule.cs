using System.Text.Json;
using System.Text.Json.Nodes;
using UserSync.Configuration;
using UserSync.Expressions;

namespace UserSync.Mapping;

/// <summary>How one field of a patch is filled: by one rule, or by an object of rules.</summary>
internal sealed class FieldRule
{
    private static readonly JsonElement True = JsonElement.Parse("true"u8);
    private static readonly JsonElement False = JsonElement.Parse("false"u8);

    private readonly FieldType type;
    private readonly ValueRule? rule;
    private readonly IReadOnlyList<(string Key, FieldRule Rule)> members;

    // Where the rule is a path and nothing else.
    private readonly PlainPath? path;

    // What the operator wrote, for messages.
    private readonly string text;

    private FieldRule(FieldName name, FieldType type, ValueRule? rule, IReadOnlyList<(string Key, FieldRule Rule)> members)
    {
        Name = name;
        this.type = type;
        this.rule = rule;
        this.members = members;
        path = rule?.Path;
        text = rule?.Text ?? $"{{ {string.Join(", ", members.Select(member => $"{member.Key}: {member.Rule.text}"))} }}";
    }

    /// <summary>The field.</summary>
    internal FieldName Name { get; }

    /// <summary>The headers that the field's expressions read.</summary>
    internal IEnumerable<string> Headers => members.SelectMany(member => member.Rule.Headers).Concat(rule?.Header is { } header ? [header] : []);

    /// <summary>Reads the rules of one member of <c>map</c>: one field, or one for each key of a map.</summary>
    internal static IEnumerable<FieldRule> Read(string root, FieldType type, Setting setting)
    {
        if (type == FieldType.Map && !ValueRule.IsRule(setting))
        {
            return [.. setting.Members().Select(member => Any(new FieldName(root, member.Name), member.Value)).OfType<FieldRule>()];
        }

        CheckConstants(type, setting);
        return ValueRule.Read(setting) is { } rule ? [new FieldRule(new FieldName(root), type, rule, [])] : [];
    }

    /// <summary>Fills the field, or fields where one expression yields a whole map.</summary>
    internal void Fill(ExpressionInput input, List<PatchField> fields, List<MappingProblem> problems)
    {
        var value = path is null ? Make(input, problems) : path.Evaluate(input);
        var kind = value.ValueKind;
        if (kind == JsonValueKind.Undefined || (path is not null && kind == JsonValueKind.Null))
        {
            return;
        }

        if (Name.Key is null && kind != JsonValueKind.Null)
        {
            if (type == FieldType.Map && kind == JsonValueKind.Object)
            {
                Spread(value, fields);
                return;
            }

            if (!Fits(type, kind))
            {
                value = Flag(value);
                if (value.ValueKind == JsonValueKind.Undefined)
                {
                    problems.Add(new MappingProblem(Name.ToString(), text, $"gave {kind.Describe()} where {Wanted(type)} is expected"));
                    return;
                }
            }
        }

        fields.Add(new PatchField(Name, value, text));
    }

    /// <summary>Puts sample values where the rules would read them.</summary>
    internal void Place(JsonObject data)
    {
        rule?.Place(data, SampleOf(Name, type));
        foreach (var (_, member) in members)
        {
            member.Place(data);
        }
    }

    private static JsonNode SampleOf(FieldName name, FieldType type) => (name.Root, type) switch
    {
        ("email", _) => "ada@example.com",
        ("name", _) => "Ada Lovelace",
        ("first_name", _) => "Ada",
        ("last_name", _) => "Lovelace",
        (_, FieldType.Flag) => true,
        _ => "sample",
    };

    internal static string Wanted(FieldType type) => type switch
    {
        FieldType.Text => "a text",
        FieldType.Flag => "true or false",
        _ => "an object",
    };

    /// <summary>Reports what the file itself holds and the unified schema does not take; null clears any field.</summary>
    private static void CheckConstants(FieldType type, Setting setting)
    {
        IEnumerable<Setting> constants = [setting.Member("value"), setting.Member("default"), .. setting.Member("values").Members().Select(member => member.Value)];
        foreach (var constant in constants.Where(constant => constant.IsPresent && !Fits(type, constant.Value.ValueKind)))
        {
            constant.Error($"{constant.Value.Describe()} stands where {Wanted(type)} is expected", $"Write {Wanted(type)}");
        }
    }

    internal static bool Fits(FieldType type, JsonValueKind kind) => type switch
    {
        FieldType.Text => kind == JsonValueKind.String,
        FieldType.Flag => kind is JsonValueKind.True or JsonValueKind.False,
        _ => kind == JsonValueKind.Object,
    };

    /// <summary>A field inside a map: of any type, and as deep as it is written.</summary>
    private static FieldRule? Any(FieldName name, Setting setting)
    {
        if (ValueRule.IsRule(setting))
        {
            return ValueRule.Read(setting) is { } rule ? new FieldRule(name, FieldType.Map, rule, []) : null;
        }

        var members = setting.Members()
            .Select(member => (member.Name, Rule: Any(new FieldName(name.Root, $"{name.Key}.{member.Name}"), member.Value)))
            .Where(member => member.Rule is not null)
            .Select(member => (member.Name, member.Rule!))
            .ToList();
        return new FieldRule(name, FieldType.Map, null, members);
    }

    private JsonElement Make(ExpressionInput input, List<MappingProblem> problems)
    {
        if (rule is not null)
        {
            var value = rule.Make(input, out var reason);
            if (reason is not null)
            {
                problems.Add(new MappingProblem(Name.ToString(), rule.Text, reason));
            }

            return value;
        }

        var made = new List<(string Key, JsonElement Value)>(members.Count);
        foreach (var (key, member) in members)
        {
            var value = member.Make(input, problems);
            if (value.ValueKind != JsonValueKind.Undefined)
            {
                made.Add((key, value));
            }
        }

        return made.Count == 0 ? default : JsonText.ToObject(made);
    }

    /// <summary>Makes a field of each member. Of members of the same name, the last counts.</summary>
    private void Spread(JsonElement map, List<PatchField> fields)
    {
        var named = new OrderedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in map.EnumerateObject())
        {
            named[member.Name] = member.Value;
        }

        fields.AddRange(named.Select(member => new PatchField(new FieldName(Name.Root, member.Key), member.Value, text)));
    }

    /// <summary>The flag that a text says, as XML and forms write it; undefined where it says none, or none is wanted.</summary>
    private JsonElement Flag(JsonElement value) =>
        type == FieldType.Flag && value.ValueKind == JsonValueKind.String && bool.TryParse(value.GetString(), out var flag)
            ? flag ? True : False
            : default;
}
