namespace Infra.Tests.Support;

/// <summary>A Markdown page.</summary>
/// <param name="Text">The text.</param>
internal sealed record Markdown(string Text)
{
    /// <summary>The rows of the table below a heading, without the code marks around cells.</summary>
    /// <param name="heading">The heading, with its marks.</param>
    public IReadOnlyList<IReadOnlyList<string>> Table(string heading)
    {
        var section = Text.Split('\n').SkipWhile(line => line != heading).Skip(1).TakeWhile(line => !line.StartsWith('#')).ToArray();
        Assert.NotEmpty(section);
        var rows = section.SkipWhile(line => !line.StartsWith('|')).TakeWhile(line => line.StartsWith('|')).Skip(2).ToArray();
        Assert.NotEmpty(rows);
        return [.. rows.Select(row => row[1..^1].Split('|').Select(cell => cell.Trim(' ', '`')).ToArray())];
    }
}
