using YamlDotNet.RepresentationModel;

namespace Infra.Tests.Support;

/// <summary>Reads YAML.</summary>
internal static class Yaml
{
    /// <summary>The mapping that a file of the repository holds.</summary>
    /// <param name="relative">The path from the root, with slashes.</param>
    public static YamlMappingNode Read(string relative)
    {
        var stream = new YamlStream();
        using var reader = new StringReader(Repository.Read(relative));
        stream.Load(reader);
        return (YamlMappingNode)Assert.Single(stream.Documents).RootNode;
    }

    public static YamlMappingNode Map(this YamlMappingNode node, string key) => (YamlMappingNode)node.Children[key];

    public static string? Text(this YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out var value) ? value.ToString() : null;

    public static IEnumerable<string> Texts(this YamlMappingNode node, string key) =>
        ((YamlSequenceNode)node.Children[key]).Select(value => value.ToString());

    public static IEnumerable<YamlMappingNode> Maps(this YamlMappingNode node, string key) =>
        ((YamlSequenceNode)node.Children[key]).Cast<YamlMappingNode>();

    /// <summary>The keys and values, as text.</summary>
    /// <param name="node">The mapping.</param>
    public static IEnumerable<(string Key, string Value)> Pairs(this YamlMappingNode node) =>
        node.Children.Select(child => (child.Key.ToString(), child.Value.ToString()));
}
