using System.Text.Json;
using System.Text.Json.Nodes;
using UserSync.Configuration;
using UserSync.Expressions;

namespace UserSync.Mapping;

/// <summary>How one value of a patch is made: by an expression and what follows it, or as a constant.</summary>
internal sealed class ValueRule
{
    private static readonly string[] Names = ["from", "value", "values", "default", "null"];
    private static readonly JsonElement Null = JsonElement.Parse("null"u8);

    private readonly Expression? from;
    private readonly JsonElement constant;
    private readonly IReadOnlyDictionary<string, JsonElement>? table;
    private readonly JsonElement byDefault;
    private readonly bool sendsNull;

    private ValueRule(
        Expression? from,
        JsonElement constant,
        IReadOnlyDictionary<string, JsonElement>? table,
        JsonElement byDefault,
        bool sendsNull)
    {
        this.from = from;
        this.constant = constant;
        this.table = table;
        this.byDefault = byDefault;
        this.sendsNull = sendsNull;
    }

    /// <summary>What the operator wrote, for messages.</summary>
    internal string Text => from?.Text ?? constant.GetRawText();

    /// <summary>The path, where the expression is one.</summary>
    internal PlainPath? Path => from as PlainPath;

    /// <summary>Whether the value is what the expression gives, and nothing else.</summary>
    internal bool IsExpressionOnly => from is not null && table is null && !sendsNull && byDefault.ValueKind == JsonValueKind.Undefined;

    /// <summary>The header that the expression reads.</summary>
    internal string? Header => from?.Header;

    /// <summary>Whether a setting is a rule, and not an object of further rules.</summary>
    internal static bool IsRule(Setting setting) => !setting.IsObject || setting.Member("from").IsText || setting.Member("value").Value.ValueKind != JsonValueKind.Undefined;

    internal static ValueRule? Read(Setting setting)
    {
        const string Remedy = "Write an expression, or { \"from\": expression } with \"values\", \"default\" or \"null\", or { \"value\": constant }";
        if (!setting.IsObject)
        {
            return setting.TryExpression(Remedy, out var plain) ? new ValueRule(plain, default, null, default, sendsNull: false) : null;
        }

        setting.ExpectObject(Names);
        var constant = setting.Member("value").Value;
        if (constant.ValueKind != JsonValueKind.Undefined)
        {
            if (setting.Member("from").IsPresent)
            {
                setting.Error("it is both an expression and a constant", "Write either \"from\" or \"value\"");
            }

            return new ValueRule(null, constant, null, default, sendsNull: false);
        }

        // A misspelt "from" has been reported as such.
        if (!setting.Member("from").IsPresent && setting.Members().All(member => Names.Contains(member.Name, StringComparer.Ordinal)))
        {
            setting.Error("it has neither \"from\" nor \"value\"", Remedy);
        }

        var from = setting.Member("from").Expression(Remedy);
        var table = ReadTable(setting.Member("values"));
        var sendsNull = setting.Member("null").Choice(NullWords, absent: false);
        return from is null ? null : new ValueRule(from, default, table, setting.Member("default").Value, sendsNull);
    }

    /// <summary>Puts a value where the rule would read it, for samples.</summary>
    internal void Place(JsonObject data, JsonNode? value) => from?.TryPlace(data, table is null ? value : table.Keys.First());

    /// <summary>Makes the value; undefined where the field is to be left out.</summary>
    /// <param name="input">The event.</param>
    /// <param name="isWholeMap">Whether each member of the value becomes a field of its own.</param>
    /// <param name="reason">Why there is no value although there should be one.</param>
    internal JsonElement Make(ExpressionInput input, bool isWholeMap, out string? reason)
    {
        reason = null;
        if (from is null)
        {
            return constant;
        }

        JsonElement value;
        try
        {
            value = from.Evaluate(input);
        }
        catch (ExpressionException exception)
        {
            reason = exception.Message;
            return default;
        }

        // A member for which the event has nothing is left out, as a field is: a null that the sender wrote is at a path.
        var leavesOutNulls = isWholeMap && !sendsNull && from is not PlainPath && value.ValueKind == JsonValueKind.Object;
        return Make(leavesOutNulls ? value.WithoutNulls() : value, out reason);
    }

    /// <summary>Makes the value of what the expression gives; undefined where the field is to be left out.</summary>
    /// <param name="value">What it gives.</param>
    /// <param name="reason">Why there is no value although there should be one.</param>
    internal JsonElement Make(JsonElement value, out string? reason)
    {
        reason = null;
        if (!value.HasValue())
        {
            return byDefault.ValueKind != JsonValueKind.Undefined ? byDefault : sendsNull ? Null : default;
        }

        if (table is null)
        {
            return value;
        }

        if (value.AsText() is { } key && table.TryGetValue(key, out var meant))
        {
            return meant;
        }

        if (byDefault.ValueKind == JsonValueKind.Undefined)
        {
            reason = $"gave {value.Describe()} that is not one of {string.Join(", ", table.Keys)}; add it to \"values\", or add a \"default\"";
        }

        return byDefault;
    }

    private static IReadOnlyDictionary<string, bool> NullWords { get; } = new Dictionary<string, bool>(StringComparer.Ordinal) { ["send"] = true, ["omit"] = false };

    private static Dictionary<string, JsonElement>? ReadTable(Setting setting)
    {
        if (!setting.IsPresent)
        {
            return null;
        }

        var table = setting.Members().ToDictionary(member => member.Name, member => member.Value.Value, StringComparer.Ordinal);
        if (table.Count == 0)
        {
            setting.Error("it is not a table of values", "Write { \"what comes\": what to send }");
        }

        return table;
    }
}
