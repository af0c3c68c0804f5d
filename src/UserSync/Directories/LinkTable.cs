using System.Collections.Frozen;
using System.Text;
using Microsoft.VisualBasic.FileIO;
using UserSync.Configuration;

namespace UserSync.Directories;

/// <summary>
/// A table that says which CRM user a person is: a file <c>links/&lt;name&gt;.csv</c> (RFC 4180, UTF-8) beside the sources, with the
/// header <c>source_id,crm_id</c>. Ids are compared exactly, after trimming.
/// </summary>
public sealed class LinkTable
{
    /// <summary>The folder under that of the sources.</summary>
    public const string FolderName = "links";

    /// <summary>The most rows of a table: it is kept in memory.</summary>
    internal const int MostRows = 200_000;

    private const long MostBytes = 32 * 1024 * 1024;
    private const int MostErrors = 20;
    private const int LongestId = 2048;
    private const string Header = "source_id,crm_id";

    private readonly FrozenDictionary<string, string> rows;

    private LinkTable(string name, FrozenDictionary<string, string> rows)
    {
        Name = name;
        this.rows = rows;
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>How many people it links.</summary>
    public int Count => rows.Count;

    /// <summary>The CRM's id of a person's user; <see langword="null"/> where the table does not say.</summary>
    /// <param name="person">The source's own id of the person.</param>
    public string? Find(string person)
    {
        ArgumentNullException.ThrowIfNull(person);
        return rows.GetValueOrDefault(person.Trim());
    }

    /// <summary>The name and the size.</summary>
    public override string ToString() => $"{Name}, {rows.Count} rows";

    /// <summary>Reads a table, or reports everything that is wrong with it.</summary>
    /// <param name="folder">The folder of the sources.</param>
    /// <param name="name">The table's name.</param>
    /// <param name="findings">Where findings go.</param>
    internal static LinkTable? Load(string folder, string name, Findings findings)
    {
        var path = Path.Combine(folder, FolderName, $"{name}.csv");
        var file = Path.Combine(Path.GetFileName(Path.GetFullPath(folder)), FolderName, $"{name}.csv");
        var found = new Findings();
        try
        {
            if (new FileInfo(path).Length > MostBytes)
            {
                Error("$", "the file is larger than 32 MiB", "Split the source, or leave the links to \"find\"");
            }
            else
            {
                var table = Read(path);
                return found.HasErrors ? null : new LinkTable(name, table);
            }
        }
        catch (FileNotFoundException)
        {
            Error("$", "there is no such file", $"Write a table with the header {Header}");
        }
        catch (DirectoryNotFoundException)
        {
            Error("$", "there is no such file", $"Write a table with the header {Header}");
        }
        catch (DecoderFallbackException)
        {
            Error("$", "the file is not UTF-8 text", "Save it as UTF-8");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Error("$", "the file cannot be read", "Check its permissions");
        }
        finally
        {
            findings.AddRange(found.Take(MostErrors));
            if (found.Count > MostErrors)
            {
                findings.Add(new Finding(Severity.Error, file, "$", $"{found.Count - MostErrors} more lines are wrong", "Correct those above first"));
            }
        }

        return null;

        void Error(string where, string problem, string remedy) => found.Add(new Finding(Severity.Error, file, where, problem, remedy));

        FrozenDictionary<string, string> Read(string csv)
        {
            using var parser = new TextFieldParser(csv, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncoding: false)
            {
                TextFieldType = FieldType.Delimited,
                Delimiters = [","],
                HasFieldsEnclosedInQuotes = true,
                TrimWhiteSpace = true,
            };
            var links = new Dictionary<string, string>(StringComparer.Ordinal);
            var lines = new Dictionary<string, long>(StringComparer.Ordinal);
            var isFirst = true;
            while (!parser.EndOfData)
            {
                var (fields, line) = Next(parser);
                if (isFirst)
                {
                    isFirst = false;
                    if (fields is not null && string.Join(',', fields).TrimStart('\uFEFF') != Header)
                    {
                        Error(Line(line), "it is not the header", $"Write {Header} into the first line");
                    }
                }
                else if (fields is null)
                {
                    Error(Line(line), "its quotes do not match", "Put ids with commas or quotes into quotes, and double the quotes in them");
                }
                else if (fields.Length != 2)
                {
                    Error(Line(line), $"it has {fields.Length} fields", "Write the source's id, a comma, and the CRM's id");
                }
                else if (fields[0].Length is 0 or > LongestId || fields[1].Length is 0 or > LongestId)
                {
                    Error(Line(line), $"an id is empty, or longer than {LongestId} characters", "Write both ids, or remove the line");
                }
                else if (links.TryAdd(fields[0], fields[1]))
                {
                    lines.Add(fields[0], line);
                }
                else
                {
                    Error(Line(line), $"its source_id stands in line {lines[fields[0]]} already", "Keep one of them");
                }

                if (links.Count > MostRows)
                {
                    Error(Line(line), $"the table has more than {MostRows} rows", "Split the source, or leave the links to \"find\"");
                    break;
                }
            }

            if (isFirst)
            {
                Error("$", "the file is empty", $"Write a table with the header {Header}");
            }

            return links.ToFrozenDictionary(StringComparer.Ordinal);
        }
    }

    private static (string[]? Fields, long Line) Next(TextFieldParser parser)
    {
        var line = parser.LineNumber;
        try
        {
            return (parser.ReadFields(), line);
        }
        catch (MalformedLineException exception)
        {
            return (null, exception.LineNumber);
        }
    }

    private static string Line(long number) => $"line {number}";
}
