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

    // The kinds of values at the rule's path that become the field as they are, a bit for each.
    private readonly int taken;

    private FieldRule(FieldName name, FieldType type, ValueRule? rule, IReadOnlyList<(string Key, FieldRule Rule)> members)
    {
        Name = name;
        this.type = type;
        this.rule = rule;
        this.members = members;
        taken = rule is { IsExpressionOnly: true } ? Enum.GetValues<JsonValueKind>().Where(Becomes).Sum(kind => 1 << (int)kind) : 0;
        Text = rule?.Text ?? $"{{ {string.Join(", ", members.Select(member => $"{member.Key}: {member.Rule.Text}"))} }}";
    }

    /// <summary>The field.</summary>
    internal FieldName Name { get; }

    /// <summary>What the operator wrote, for messages.</summary>
    internal string Text { get; }

    /// <summary>The path that the rule reads; <see langword="null"/> where it reads something else.</summary>
    internal PlainPath? Path => rule?.Path;

    /// <summary>Whether the rule fills a whole map, each member of which is a field of its own.</summary>
    private bool IsWholeMap => Name.Key is null && type == FieldType.Map;

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

    /// <summary>Whether what is at the rule's path becomes the field as it is.</summary>
    internal bool Takes(in JsonElement found) => (taken & (1 << (int)found.ValueKind)) != 0;

    /// <summary>Makes the field's value of what is at the rule's path; undefined where the field is left out.</summary>
    /// <param name="found">What is there.</param>
    /// <param name="problems">Gets what is wrong with it.</param>
    internal JsonElement Make(in JsonElement found, ref List<MappingProblem>? problems) =>
        Fitting(Made(rule!.Make(found, out var reason), reason, ref problems), ref problems);

    /// <summary>Makes the field's value; undefined where the field is left out.</summary>
    /// <param name="input">The event.</param>
    /// <param name="problems">Gets what is wrong with it.</param>
    internal JsonElement Make(ExpressionInput input, ref List<MappingProblem>? problems) =>
        Fitting(MakeAny(input, ref problems), ref problems);

    /// <summary>Whether a value is a whole map, each member of which is a field of its own.</summary>
    internal bool Spreads(JsonElement value) => IsWholeMap && value.ValueKind == JsonValueKind.Object;

    /// <summary>Adds a field for each member of a whole map. Of members of the same name, the last counts.</summary>
    /// <param name="map">The map.</param>
    /// <param name="fields">The fields so far, with room for one more.</param>
    /// <param name="count">How many there are so far.</param>
    internal (PatchField[] Fields, int Count) Spread(JsonElement map, PatchField[] fields, int count)
    {
        var named = new OrderedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in map.EnumerateObject())
        {
            named[member.Name] = member.Value;
        }

        Array.Resize(ref fields, fields.Length + Math.Max(0, named.Count - 1));
        foreach (var (key, value) in named)
        {
            fields[count++] = new PatchField(new FieldName(Name.Root, key), value, Text);
        }

        return (fields, count);
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

    /// <summary>Whether a value of this kind becomes the field as it is. Of a whole map, each member does.</summary>
    private bool Becomes(JsonValueKind kind) => Name.Key is null
        ? type != FieldType.Map && Fits(type, kind)
        : kind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    private JsonElement MakeAny(ExpressionInput input, ref List<MappingProblem>? problems)
    {
        if (rule is not null)
        {
            return Made(rule.Make(input, IsWholeMap, out var reason), reason, ref problems);
        }

        var made = new List<(string Key, JsonElement Value)>(members.Count);
        foreach (var (key, member) in members)
        {
            var value = member.MakeAny(input, ref problems);
            if (value.ValueKind != JsonValueKind.Undefined)
            {
                made.Add((key, value));
            }
        }

        return made.Count == 0 ? default : JsonText.ToObject(made);
    }

    private JsonElement Made(JsonElement value, string? reason, ref List<MappingProblem>? problems)
    {
        if (reason is not null)
        {
            (problems ??= []).Add(new MappingProblem(Name.ToString(), Text, reason));
        }

        return value;
    }

    /// <summary>The value as the unified schema has it: also the flag that a text says. Null clears any field.</summary>
    private JsonElement Fitting(JsonElement value, ref List<MappingProblem>? problems)
    {
        var kind = value.ValueKind;
        if (Name.Key is not null || kind is JsonValueKind.Undefined or JsonValueKind.Null || Fits(type, kind))
        {
            return value;
        }

        var flag = Flag(value);
        if (flag.ValueKind == JsonValueKind.Undefined)
        {
            (problems ??= []).Add(new MappingProblem(Name.ToString(), Text, $"gave {kind.Describe()} where {Wanted(type)} is expected"));
        }

        return flag;
    }

    /// <summary>The flag that a text says, as XML and forms write it; undefined where it says none, or none is wanted.</summary>
    private JsonElement Flag(JsonElement value) =>
        type == FieldType.Flag && value.ValueKind == JsonValueKind.String && bool.TryParse(value.GetString(), out var flag)
            ? flag ? True : False
            : default;
}
