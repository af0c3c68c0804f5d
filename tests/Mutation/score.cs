#pragma warning disable MA0047 // A program of one file has no namespace.
using System.Globalization;
using System.Text.Json;

// Adds up Stryker's JSON reports, folder by folder. A mutant that one report leaves out and another one tests counts as tested.
//   dotnet run --file tests/Mutation/score.cs -- [--survivors] <report or folder of reports> …
var survivors = args.Contains("--survivors", StringComparer.Ordinal);
var reports = args.Where(arg => !arg.StartsWith("--", StringComparison.Ordinal))
    .SelectMany(path => Directory.Exists(path)
        ? Directory.EnumerateFiles(path, "mutation-report.json", SearchOption.AllDirectories)
        : [path])
    .Order(StringComparer.Ordinal)
    .ToList();
if (reports.Count == 0)
{
    Console.Error.WriteLine("There is no report: name the reports, or folders that hold a mutation-report.json.");
    return 1;
}

var mutants = new Dictionary<string, Mutant>(StringComparer.Ordinal);
foreach (var report in reports)
{
    foreach (var mutant in Read(report))
    {
        if (mutant.IsCounted || !mutants.ContainsKey(mutant.Key))
        {
            mutants[mutant.Key] = mutant;
        }
    }
}

if (survivors)
{
    foreach (var mutant in mutants.Values.Where(mutant => mutant.Status is "Survived" or "NoCoverage").OrderBy(mutant => mutant.Key, StringComparer.Ordinal))
    {
        Console.WriteLine($"{mutant.Path}:{mutant.Line} {mutant.Status} {mutant.Mutator}: {mutant.Replacement}");
    }
}

Console.WriteLine("| folder | mutants | killed | timeout | survived | no coverage | score |");
Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
var counted = mutants.Values.Where(mutant => mutant.IsCounted).ToLookup(mutant => mutant.Folder, StringComparer.Ordinal);
foreach (var folder in counted.OrderBy(folder => folder.Key, StringComparer.Ordinal))
{
    Print(folder.Key, [.. folder]);
}

Print("all", [.. counted.SelectMany(folder => folder)]);
foreach (var left in mutants.Values.Where(mutant => !mutant.IsCounted).CountBy(mutant => mutant.Status, StringComparer.Ordinal))
{
    Console.WriteLine($"not counted, {left.Key}: {left.Value}");
}

return 0;

static IEnumerable<Mutant> Read(string report)
{
    using var json = JsonDocument.Parse(File.ReadAllText(report));
    var root = json.RootElement.GetProperty("projectRoot").GetString()!;
    foreach (var file in json.RootElement.GetProperty("files").EnumerateObject())
    {
        var path = Path.IsPathRooted(file.Name) ? Path.GetRelativePath(root, file.Name) : file.Name;
        foreach (var mutant in file.Value.GetProperty("mutants").EnumerateArray())
        {
            var start = mutant.GetProperty("location").GetProperty("start");
            yield return new Mutant(
                path.Replace('\\', '/'),
                start.GetProperty("line").GetInt32(),
                $"{mutant.GetProperty("location")} {mutant.GetProperty("mutatorName")}",
                mutant.GetProperty("mutatorName").GetString()!,
                mutant.GetProperty("replacement").GetString()!.ReplaceLineEndings(" "),
                mutant.GetProperty("status").GetString()!);
        }
    }
}

static void Print(string name, IReadOnlyCollection<Mutant> mutants)
{
    int Count(string status) => mutants.Count(mutant => mutant.Status == status);
    var detected = Count("Killed") + Count("Timeout");
    var score = (100.0 * detected / mutants.Count).ToString("0.0", CultureInfo.InvariantCulture);
    Console.WriteLine(
        $"| {name} | {mutants.Count} | {Count("Killed")} | {Count("Timeout")} | {Count("Survived")} | {Count("NoCoverage")} | {score} % |");
}

internal sealed record Mutant(string Path, int Line, string Place, string Mutator, string Replacement, string Status)
{
    public string Key => $"{Path} {Line:00000} {Place} {Replacement}";

    public string Folder => Path.Split('/') is [var folder, _, ..] ? folder : ".";

    /// <summary>Stryker's score is over these; what was ignored or did not compile or could not run is no mutant of the code.</summary>
    public bool IsCounted => Status is "Killed" or "Timeout" or "Survived" or "NoCoverage";
}
