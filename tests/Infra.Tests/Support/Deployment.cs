using System.Text.Json.Nodes;

namespace Infra.Tests.Support;

/// <summary>What a deployment would ask Azure for (<c>bicep snapshot</c>).</summary>
/// <param name="Resources">The resources.</param>
public sealed record Deployment(IReadOnlyList<PredictedResource> Resources)
{
    public static Deployment Of(string snapshot) => new(
        [.. JsonNode.Parse(snapshot)!["predictedResources"]!.AsArray().Select(resource => new PredictedResource(resource!.AsObject()))]);

    public IEnumerable<PredictedResource> OfType(string type) => Resources.Where(resource => resource.Type == type);

    public PredictedResource The(string type) => Assert.Single(OfType(type));

    public PredictedResource The(string type, string ownName) => Assert.Single(OfType(type), resource => resource.OwnName == ownName);
}
