using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Infra.Tests.Support;

namespace Infra.Tests.Delivery;

public sealed partial class DevcontainerTests
{
    private static readonly JsonDocumentOptions WithComments = new() { CommentHandling = JsonCommentHandling.Skip };

    private readonly JsonObject container =
        JsonNode.Parse(Repository.Read(".devcontainer/devcontainer.json"), documentOptions: WithComments)!.AsObject();

    [Fact]
    public void It_has_the_SDK_that_the_repository_asks_for()
    {
        var sdk = Version.Parse(JsonNode.Parse(Repository.Read("global.json"))!["sdk"]!["version"]!.GetValue<string>());
        Assert.Matches($@"^mcr\.microsoft\.com/devcontainers/dotnet:\d+-{sdk.Major}\.{sdk.Minor}-", container["image"]!.GetValue<string>());
    }

    [Fact]
    public void It_has_the_tools_of_the_deployment_from_their_makers()
    {
        var features = container["features"]!.AsObject().Select(feature => feature.Key).ToArray();
        Assert.Contains(features, feature => feature.StartsWith("ghcr.io/devcontainers/features/azure-cli:", StringComparison.Ordinal));
        Assert.Contains(features, feature => feature.StartsWith("ghcr.io/azure/azure-dev/azd:", StringComparison.Ordinal));
        Assert.All(features, feature => Assert.Matches(@"^ghcr\.io/(devcontainers/features|azure/azure-dev)/[\w-]+:\d+$", feature));
    }

    [Fact]
    public void It_installs_Azurite_and_the_Functions_host_each_in_one_version()
    {
        var packages = NpmPackage().Match(container["postCreateCommand"]!.GetValue<string>()).Groups["packages"].Value.Split(' ');
        Assert.Equal(["azure-functions-core-tools", "azurite"], packages.Select(package => package.Split('@')[0]).Order());
        Assert.All(packages, package => Assert.Matches(@"^[\w-]+@\d+\.\d+\.\d+$", package));
    }

    [Fact]
    public void It_forwards_the_ports_of_the_server_and_of_the_Functions_host()
    {
        Assert.Equal([5080, 7071], container["forwardPorts"]!.AsArray().Select(port => port!.GetValue<int>()));
        Assert.Contains("http://127.0.0.1:5080", Repository.Read("README.md"));
    }

    [GeneratedRegex("npm install --global (?<packages>[^&]+?) *(&&|$)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NpmPackage();
}
