namespace UserSync.Tests.Support;

/// <summary>The files that ship with the product, as the build copied them beside the tests.</summary>
internal static class Shipped
{
    internal static readonly string SourceSchema = In("product", "source.schema.json");
    internal static readonly string PresetSchema = In("product", "preset.schema.json");

    internal static readonly string MessageSchema = In("product", "change-message.schema.json");

    /// <summary>Every preset.</summary>
    internal static IEnumerable<string> Presets => Directory.EnumerateFiles(In("product", "Presets"), "*.json");

    /// <summary>Every source: those of the demonstration, and the examples that an operator starts from.</summary>
    internal static IEnumerable<string> Sources => Folders("demo", "examples").SelectMany(folder => Directory.EnumerateFiles(folder, "*.json"));

    /// <summary>The examples of sources that fetch.</summary>
    internal static IEnumerable<string> FetchExamples => Directory.EnumerateFiles(In("fetch-examples"), "*.json");

    internal static readonly string TestSchema = In("product", "mapping-test.schema.json");

    /// <summary>The folders of sources that have mapping tests.</summary>
    internal static IEnumerable<string> TestedFolders => Folders("examples", "fetch-examples", "vendor-examples");

    /// <summary>A recorded delivery.</summary>
    internal static string Delivery(string name) => Path.Combine(AppContext.BaseDirectory, "Deliveries", $"{name}.json");

    internal static IEnumerable<string> Folders(params IEnumerable<string> names) => names.Select(name => In(name)).Where(Directory.Exists);

    private static string In(params string[] names) => Path.Combine([AppContext.BaseDirectory, "Shipped", .. names]);
}
