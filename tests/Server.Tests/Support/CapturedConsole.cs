using System.Text;
using Spectre.Console;

namespace Server.Tests.Support;

/// <summary>A console that keeps what is written to it.</summary>
internal sealed class CapturedConsole : TextWriter
{
    private readonly StringBuilder text = new();

    public CapturedConsole() => Ansi = AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = AnsiSupport.No,
        ColorSystem = ColorSystemSupport.NoColors,
        Interactive = InteractionSupport.No,
        Out = new AnsiConsoleOutput(this),
    });

    public IAnsiConsole Ansi { get; }

    public override Encoding Encoding => Encoding.UTF8;

    public string Text
    {
        get
        {
            lock (text)
            {
                return text.ToString();
            }
        }
    }

    public IEnumerable<string> Lines => Text.Split('\n').Select(line => line.TrimEnd());

    /// <summary>Asserts that a text was written.</summary>
    public void AssertHas(string expected) => Assert.Contains(expected, Text, StringComparison.Ordinal);

    public override void Write(char value)
    {
        lock (text)
        {
            text.Append(value);
        }
    }

    public override void Write(string? value)
    {
        lock (text)
        {
            text.Append(value);
        }
    }
}
