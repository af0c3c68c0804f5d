using YamlDotNet.RepresentationModel;

namespace Infra.Tests.Support;

/// <summary>A workflow of the repository.</summary>
/// <param name="Name">The name of its file.</param>
public sealed record Workflow(string Name)
{
    private const string Folder = ".github/workflows";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Workflow> All { get; } =
        [.. Directory.GetFiles(Repository.PathOf(Folder)).Order().Select(path => new Workflow(Path.GetFileName(path)))];

    public string Text => Repository.Read($"{Folder}/{Name}");

    public YamlMappingNode Root => Yaml.Read($"{Folder}/{Name}");

    public IEnumerable<KeyValuePair<string, YamlMappingNode>> Jobs =>
        Root.Map("jobs").Children.Select(job => KeyValuePair.Create(job.Key.ToString(), (YamlMappingNode)job.Value));

    public IEnumerable<YamlMappingNode> Steps => Jobs.SelectMany(job => job.Value.Maps("steps"));

    public override string ToString() => Name;
}
