namespace Stores.Tests.Azure;

/// <summary>With an <c>npm</c> and a <c>node</c> that do what a test wants: a missing Azurite is no defect of the store.</summary>
public sealed class AzuriteInstallationTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("azurite-tests-");

    public AzuriteInstallationTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "The programs are shell scripts.");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Without_a_registry_Azurite_is_missing_and_the_reason_is_what_npm_says()
    {
        var npm = Program("npm", "printf 'npm error code EAI_AGAIN\\nnpm error and so on' >&2; exit 7");
        var missing = await Assert.ThrowsAsync<AzuriteMissingException>(() => AzuriteInstallation.InstallAsync(npm, folder.FullName, Long));
        Assert.EndsWith("(it ended with 7): npm error code EAI_AGAIN", missing.Message);
    }

    [Fact]
    public async Task With_a_registry_that_does_not_answer_Azurite_is_missing()
    {
        var npm = Program("npm", "exec sleep 60");
        var missing = await Assert.ThrowsAsync<AzuriteMissingException>(
            () => AzuriteInstallation.InstallAsync(npm, folder.FullName, TimeSpan.FromMilliseconds(200)));
        Assert.EndsWith("npm did not install it within 00:00:00.2000000.", missing.Message);
    }

    [Fact]
    public async Task What_npm_has_installed_is_not_missing()
    {
        var npm = Program("npm", "mkdir -p node_modules/azurite/dist/src && touch node_modules/azurite/dist/src/azurite.js");
        await AzuriteInstallation.InstallAsync(npm, folder.FullName, Long);
    }

    [Theory]
    [InlineData("v14.21.3")]
    [InlineData("v21.9.0")]
    public async Task A_Node_that_is_older_than_Azurite_asks_for_is_the_reason(string version) =>
        Assert.Equal(
            $"Azurite asks for Node.js >=22.0.0, and here is {version}.",
            await AzuriteInstallation.TooOldAsync(Program("node", $"echo {version}"), Installed()));

    [Theory]
    [InlineData("v22.0.0")]
    [InlineData("v100.1.0")]
    public async Task A_Node_that_is_young_enough_is_not_the_reason(string version) =>
        Assert.Null(await AzuriteInstallation.TooOldAsync(Program("node", $"echo {version}"), Installed()));

    private string Installed()
    {
        var scripts = folder.CreateSubdirectory("azurite/dist/src");
        var package = Path.Combine(folder.FullName, "azurite", "package.json");
        File.WriteAllText(package, """{ "engines": { "node": ">=22.0.0", "vscode": "^1" } }""");
        return Path.Combine(scripts.FullName, "azurite.js");
    }

    private string Program(string name, string script)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        return path;
    }
}
