using UserSync.Configuration;
using UserSync.Expressions;
using UserSync.Mapping;

namespace UserSync.Fetching;

/// <summary>What becomes of an event whose record is gone: nothing, a failure, or fixed fields for the CRM user.</summary>
internal sealed class GoneRule
{
    private const string Remedy = "Write \"skip\", \"fail\", or fields to write then, for example { \"is_active\": false }";

    private static readonly IReadOnlyDictionary<string, bool> Words =
        new Dictionary<string, bool>(StringComparer.Ordinal) { ["skip"] = false, ["fail"] = true };

    private GoneRule(bool fails, IReadOnlyList<PatchField> fields)
    {
        Fails = fails;
        Fields = fields;
    }

    /// <summary>Whether the event fails.</summary>
    internal bool Fails { get; }

    /// <summary>What to write; empty where there is nothing to do.</summary>
    internal IReadOnlyList<PatchField> Fields { get; }

    /// <summary>Reads the setting <c>gone</c> of <c>fetch</c>, or reports what is wrong with it. Without it, the event fails.</summary>
    internal static GoneRule Read(Setting setting)
    {
        if (setting.IsText)
        {
            return new GoneRule(setting.Choice(Words, absent: true), []);
        }

        if (!setting.IsPresent)
        {
            return new GoneRule(fails: true, []);
        }

        if (!setting.IsObject)
        {
            setting.Error($"{setting.Value.Describe()} stands where a word or an object is expected", Remedy);
            return new GoneRule(fails: true, []);
        }

        setting.ExpectObject([.. UnifiedFields.Types.Keys]);
        if (!setting.Members().Any())
        {
            setting.Error("no field is named", Remedy);
        }

        return new GoneRule(fails: false, [.. setting.Members().SelectMany(member => ReadField(member.Name, member.Value))]);
    }

    private static IEnumerable<PatchField> ReadField(string name, Setting setting)
    {
        if (!UnifiedFields.Types.TryGetValue(name, out var type))
        {
            return [];
        }

        var text = setting.Value.GetRawText();
        if (setting.IsPresent && !FieldRule.Fits(type, setting.Value.ValueKind))
        {
            var wanted = FieldRule.Wanted(type);
            setting.Error($"{setting.Value.Describe()} stands where {wanted} is expected", $"Write {wanted}");
            return [];
        }

        return type == FieldType.Map && setting.IsObject
            ? setting.Value.EnumerateObject().Select(member => new PatchField(new FieldName(name, member.Name), member.Value, text))
            : [new PatchField(new FieldName(name), setting.Value, text)];
    }
}
