using System.Text.Json;
using System.Text.Unicode;
using Truto.Http;
using UserSync.Configuration;
using UserSync.Receiving.Bodies;

namespace UserSync.Sources;

/// <summary>Reads the folder of source files.</summary>
internal static class SourceFiles
{
    private const int MaxBytes = 1024 * 1024;

    /// <summary>How settings are written: JSON, with comments and trailing commas for those who edit it by hand.</summary>
    internal static readonly JsonDocumentOptions Json = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
        MaxDepth = 32,
    };

    /// <summary>A file as messages name it.</summary>
    internal static string Shown(string folder, string file) => Path.Combine(Path.GetFileName(Path.GetFullPath(folder)), file);

    /// <summary>Every source file of a folder that has a usable name; without its content where that cannot be read.</summary>
    internal static IEnumerable<(string Name, string File, JsonElement? Json)> Read(string folder, Findings findings)
    {
        if (!Directory.Exists(folder))
        {
            findings.Add(new Finding(Severity.Error, folder, "$", "there is no such folder", "Create it, or name another one"));
            yield break;
        }

        foreach (var path in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            var file = Shown(folder, Path.GetFileName(path));
            var name = Path.GetFileNameWithoutExtension(path);
            if (!FileName.IsValid(name))
            {
                findings.Add(new Finding(
                    Severity.Error, file, "$", "the file's name is the last segment of an address, and this one is not fit for it",
                    "Rename it: lower-case letters, digits and dashes, at most 63"));
            }
            else
            {
                yield return (name, file, Parse(path, file, findings));
            }
        }
    }

    /// <summary>Reads the text of a source's file; <see langword="null"/> where it is not JSON.</summary>
    internal static JsonElement? Parse(ReadOnlyMemory<byte> content, string file, Findings findings)
    {
        if (content.Length > MaxBytes)
        {
            findings.Add(new Finding(Severity.Error, file, "$", "the file is larger than 1 MiB", "Remove what is not a setting"));
            return null;
        }

        try
        {
            var bytes = JsonBytes.WithoutByteOrderMark(content);
            if (!Utf8.IsValid(bytes.Span))
            {
                findings.Add(new Finding(Severity.Error, file, "$", "the file is not UTF-8 text", "Save it as UTF-8"));
                return null;
            }

            using var document = JsonDocument.Parse(LoneSurrogates.Replace(bytes), Json with { AllowDuplicateProperties = true });
            return Setting.Root(file, document.RootElement, findings).RejectDuplicates() ? document.RootElement.Clone() : null;
        }
        catch (JsonException exception)
        {
            findings.Add(new Finding(
                Severity.Error, file, $"${Place(exception)}", "it is not JSON", "Correct it where the line and column say"));
            return null;
        }
    }

    /// <summary>The content of a file; <see langword="null"/> where it cannot be read, which is reported.</summary>
    internal static JsonElement? Parse(string path, string file, Findings findings)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var content = new byte[Math.Min(stream.Length, MaxBytes + 1)];
            return Parse(content.AsMemory(0, stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false)), file, findings);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            findings.Add(new Finding(Severity.Error, file, "$", "the file cannot be read", "Check its permissions"));
            return null;
        }
    }

    private static string Place(JsonException exception) => $" (line {exception.LineNumber + 1}, column {exception.BytePositionInLine + 1})";
}
