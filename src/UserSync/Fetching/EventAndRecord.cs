using System.Text.Json;
using UserSync.Configuration;
using UserSync.Expressions;
using UserSync.Mapping;

namespace UserSync.Fetching;

/// <summary>
/// What expressions see in a source with <c>fetch</c>: <c>{ "event": …, "record": … }</c>. The address of the record sees the event
/// only, in the same place; <c>id</c>, <c>type</c>, <c>time</c> and <c>when</c> see the event itself, as without <c>fetch</c>.
/// </summary>
internal static class EventAndRecord
{
    internal const string Event = "event";
    internal const string Record = "record";

    /// <summary>What expressions see.</summary>
    /// <param name="change">The event.</param>
    /// <param name="record">The record; undefined where there is none.</param>
    internal static JsonElement Join(JsonElement change, JsonElement record) =>
        JsonText.ToObject(record.ValueKind == JsonValueKind.Undefined ? [(Event, change)] : [(Event, change), (Record, record)]);

    /// <summary>An expression over the event, before there is a record; reports one that cannot be compiled, or looks elsewhere.</summary>
    /// <param name="setting">Where it stands.</param>
    /// <param name="text">The expression.</param>
    /// <param name="remedy">What to write.</param>
    internal static Expression? EventExpression(Setting setting, string text, string remedy)
    {
        try
        {
            var expression = Expression.Compile(text);
            Check(setting, text, Event);
            return expression;
        }
        catch (ExpressionException exception)
        {
            setting.Error(exception.Message, remedy);
            return null;
        }
    }

    /// <summary>An expression over the event and the record.</summary>
    /// <param name="setting">The setting.</param>
    /// <param name="remedy">What to write.</param>
    internal static Expression? Read(Setting setting, string remedy)
    {
        var expression = setting.Expression(remedy);
        if (expression is not null)
        {
            Check(setting, expression.Text, Event, Record);
        }

        return expression;
    }

    /// <summary>Reports the expressions of a mapping that look where nothing is.</summary>
    /// <param name="setting">The setting <c>user</c> or <c>map</c>, or a part of it.</param>
    internal static void CheckMapping(Setting setting)
    {
        if (setting.IsText)
        {
            Check(setting, setting.Value.GetString()!, Event, Record);
        }
        else if (setting.IsObject && ValueRule.IsRule(setting))
        {
            CheckMapping(setting.Member("from"));
        }
        else
        {
            foreach (var (_, member) in setting.Members())
            {
                CheckMapping(member);
            }
        }
    }

    private static void Check(Setting setting, string text, params ReadOnlySpan<string> names)
    {
        if (PlainPath.TryParse(text, out var path) && path.First is { } first && !names.Contains(first))
        {
            setting.Error(
                first == Record
                    ? "there is no record yet where its address is made"
                    : $"with \"fetch\" there is nothing called {first} here",
                names.Length == 1
                    ? "Begin with event."
                    : "Begin with event. for what the sender wrote, or with record. for what was fetched");
        }
    }
}
