using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using UserSync.Expressions;

namespace UserSync.Configuration;

/// <summary>
/// One value of a configuration file and where it stands. Reading it reports what is wrong instead of throwing, so that one pass
/// over a file finds every mistake in it.
/// </summary>
public sealed class Setting
{
    private readonly string file;
    private readonly JsonElement element;
    private readonly Findings findings;

    private Setting(string file, string path, JsonElement element, Findings findings)
    {
        this.file = file;
        this.element = element;
        this.findings = findings;
        Path = path;
    }

    /// <summary>Where the value stands, as a JSON path.</summary>
    public string Path { get; }

    /// <summary>Whether there is a value that is not null.</summary>
    public bool IsPresent => element.HasValue();

    /// <summary>Whether the value is an object.</summary>
    public bool IsObject => element.ValueKind == JsonValueKind.Object;

    /// <summary>Whether the value is a text.</summary>
    public bool IsText => element.ValueKind == JsonValueKind.String;

    /// <summary>Whether the value is an array.</summary>
    public bool IsArray => element.ValueKind == JsonValueKind.Array;

    /// <summary>The value as it stands.</summary>
    public JsonElement Value => element;

    /// <summary>The root of a file.</summary>
    /// <param name="file">The file's name in messages.</param>
    /// <param name="element">The file's content.</param>
    /// <param name="findings">Where findings go.</param>
    public static Setting Root(string file, JsonElement element, Findings findings) => new(file, "$", element, findings);

    /// <summary>A member of this object; one that is not there is not present.</summary>
    /// <param name="name">The member's name.</param>
    public Setting Member(string name) =>
        new(file, Step(name), IsObject && element.TryGetProperty(name, out var member) ? member : default, findings);

    /// <summary>Every member of this object.</summary>
    public IEnumerable<(string Name, Setting Value)> Members() => IsObject
        ? element.EnumerateObject().Select(member => (member.Name, new Setting(file, Step(member.Name), member.Value, findings)))
        : [];

    /// <summary>Every item of this array, or the value itself where it is not an array.</summary>
    public IEnumerable<Setting> Items()
    {
        if (!IsPresent)
        {
            return [];
        }

        return IsArray
            ? element.EnumerateArray().Select((item, index) => new Setting(file, $"{Path}[{index}]", item, findings))
            : [this];
    }

    /// <summary>Reports what stops the source.</summary>
    /// <param name="problem">What is wrong.</param>
    /// <param name="remedy">What would be right.</param>
    public void Error(string problem, string remedy) => findings.Add(new Finding(Severity.Error, file, Path, problem, remedy));

    /// <summary>Reports what probably was not meant.</summary>
    /// <param name="problem">What is questionable.</param>
    /// <param name="remedy">What would be better.</param>
    public void Warn(string problem, string remedy) => findings.Add(new Finding(Severity.Warning, file, Path, problem, remedy));

    /// <summary>Reports a value that is not an object, and members with other names than these.</summary>
    /// <param name="names">The names that this object may have.</param>
    /// <returns>Whether the value is an object.</returns>
    public bool ExpectObject(params IReadOnlyList<string> names)
    {
        if (!IsObject)
        {
            Error($"{element.Describe()} stands where an object is expected", $"Write an object with {Or(names)}");
            return false;
        }

        foreach (var (name, member) in Members().Where(member => !names.Contains(member.Name, StringComparer.Ordinal)))
        {
            var meant = Spelling.Closest(name, names);
            member.Error($"\"{name}\" is not a setting", meant is null ? $"Remove it; known here: {string.Join(", ", names)}" : $"Did you mean \"{meant}\"?");
        }

        return true;
    }

    /// <summary>Reports every member, at any depth, that stands more than once: nobody could tell which one is meant.</summary>
    /// <returns>Whether there is none.</returns>
    public bool RejectDuplicates()
    {
        var isUnique = true;
        foreach (var member in Members().GroupBy(member => member.Name, member => member.Value, StringComparer.Ordinal))
        {
            if (member.Count() > 1)
            {
                member.First().Error("it stands here more than once", "Keep one of them");
                isUnique = false;
            }

            isUnique &= member.First().RejectDuplicates();
        }

        return IsArray ? Items().Aggregate(isUnique, (soFar, item) => item.RejectDuplicates() && soFar) : isUnique;
    }

    /// <summary>The value as text; reports anything else that is present.</summary>
    /// <param name="remedy">What to write.</param>
    public string? Text(string remedy)
    {
        if (!IsPresent)
        {
            return null;
        }

        if (IsText)
        {
            return element.GetString();
        }

        Error($"{element.Describe()} stands where a text is expected", remedy);
        return null;
    }

    /// <summary>The value as text that is not empty; reports its absence.</summary>
    /// <param name="remedy">What to write.</param>
    public string? RequiredText(string remedy)
    {
        if (!Require(remedy) || Text(remedy) is not { } text)
        {
            return null;
        }

        if (!string.IsNullOrWhiteSpace(text))
        {
            return text;
        }

        Error("it is empty", remedy);
        return null;
    }

    /// <summary>The name of a header; reports its absence, and what no header can be called.</summary>
    /// <param name="remedy">What to write.</param>
    public string? HeaderName(string remedy)
    {
        var name = RequiredText(remedy);
        if (name is null || HeaderExpression.IsName(name))
        {
            return name;
        }

        Error("it is not the name of a header", remedy);
        return null;
    }

    /// <summary>One text or an array of texts; reports anything else that is present.</summary>
    /// <param name="remedy">What to write.</param>
    public IReadOnlyList<string> Texts(string remedy) => [.. Items().Select(item => item.RequiredText(remedy)).OfType<string>()];

    /// <summary>Reports the absence of the value.</summary>
    /// <param name="remedy">What to write.</param>
    /// <returns>Whether the value is present.</returns>
    public bool Require(string remedy)
    {
        if (!IsPresent)
        {
            Error("it is missing", remedy);
        }

        return IsPresent;
    }

    /// <summary>One of some words; reports any other that is present.</summary>
    /// <typeparam name="T">What the words stand for.</typeparam>
    /// <param name="choices">The words and what they stand for.</param>
    /// <param name="absent">What stands for no word.</param>
    public T Choice<T>(IReadOnlyDictionary<string, T> choices, T absent)
    {
        if (!IsPresent)
        {
            return absent;
        }

        if (IsText && choices.TryGetValue(element.GetString()!, out var choice))
        {
            return choice;
        }

        var meant = IsText ? Spelling.Closest(element.GetString()!, choices.Keys) : null;
        Error(
            IsText ? $"\"{element.GetString()}\" is not known here" : $"{element.Describe()} stands where a word is expected",
            meant is null ? $"Write {Or([.. choices.Keys])}" : $"Did you mean \"{meant}\"? It can be {Or([.. choices.Keys])}");
        return absent;
    }

    /// <summary>A whole number between two bounds; reports anything else that is present.</summary>
    /// <param name="least">The least.</param>
    /// <param name="most">The most.</param>
    public int? Integer(int least, int most)
    {
        if (!IsPresent)
        {
            return null;
        }

        if (element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var number) && number >= least && number <= most)
        {
            return number;
        }

        Error("it is not a whole number in range", $"Write a number from {least} to {most}");
        return null;
    }

    /// <summary>True or false; reports anything else that is present.</summary>
    public bool? Flag()
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            case JsonValueKind.Null or JsonValueKind.Undefined:
                return null;
            default:
                Error($"{element.Describe()} stands where true or false is expected", "Write true or false, without quotes");
                return null;
        }
    }

    /// <summary>An expression; reports one that cannot be compiled.</summary>
    /// <param name="remedy">What to write.</param>
    public Expression? Expression(string remedy)
    {
        if (Text(remedy) is not { } text)
        {
            return null;
        }

        try
        {
            return UserSync.Expressions.Expression.Compile(text);
        }
        catch (ExpressionException exception)
        {
            Error(exception.Message, remedy);
            return null;
        }
    }

    /// <summary>An expression that must be there.</summary>
    /// <param name="remedy">What to write.</param>
    /// <param name="expression">The expression.</param>
    public bool TryExpression(string remedy, [NotNullWhen(true)] out Expression? expression)
    {
        expression = Require(remedy) ? Expression(remedy) : null;
        return expression is not null;
    }

    /// <summary>One expression or an array of expressions; reports anything else that is present.</summary>
    /// <param name="remedy">What to write.</param>
    public IReadOnlyList<Expression> Expressions(string remedy) =>
        [.. Items().Select(item => item.TryExpression(remedy, out var expression) ? expression : null).OfType<Expression>()];

    private static string Or(IReadOnlyList<string> words) =>
        words.Count < 2 ? string.Concat(words) : $"{string.Join(", ", words.Take(words.Count - 1))} or {words[^1]}";

    private string Step(string name) =>
        name.Length > 0 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_') ? $"{Path}.{name}" : $"{Path}['{name}']";
}
