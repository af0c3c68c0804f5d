using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Infra.Tests.Support;

/// <summary>The templates of <c>infra</c>, and what they would deploy. The Bicep CLI runs once for each, when a test needs it.</summary>
public sealed partial class Templates : IDisposable
{
    public const string Subscription = "00000000-0000-0000-0000-000000000001";
    public const string Tenant = "00000000-0000-0000-0000-000000000002";
    public const string Officer = "00000000-0000-0000-0000-000000000003";

    // Nothing but what has no default.
    private const string MinimalParameters = """
        param environmentName = 'usersync-test'
        param location = 'westeurope'
        """;

    // Everything that can be asked for.
    private const string FullParameters = """
        param environmentName = 'usersync-prod'
        param location = 'northeurope'
        param names = {
          functionApp: 'contoso-usersync'
          plan: 'contoso-usersync-plan'
          identity: 'contoso-usersync-identity'
          storageAccount: 'contosousersync'
          vault: 'contoso-usersync-vault'
          logAnalytics: 'contoso-usersync-logs'
          applicationInsights: 'contoso-usersync-insights'
          actionGroup: 'contoso-usersync-operators'
          virtualNetwork: 'contoso-usersync-network'
        }
        param tags = {
          team: 'identity'
        }
        param instanceMemoryMB = 4096
        param maximumInstanceCount = 7
        param alwaysReadyHttp = 2
        param alwaysReadyQueue = 3
        param httpPerInstanceConcurrency = 64
        param trutoBaseAddress = 'https://truto.contoso.com/'
        param publicUrl = 'https://hooks.contoso.com'
        param retentionDays = 7
        param accountRequests = 7
        param tokenRequests = 70
        param storageRedundancy = 'Standard_GZRS'
        param vaultOfficerPrincipalId = '00000000-0000-0000-0000-000000000003'
        param vaultOfficerPrincipalType = 'Group'
        param privateNetworking = true
        param virtualNetworkAddressPrefix = '10.99.0.0/24'
        param alertEmail = 'operators@contoso.com'
        param alerts = {
          deadLetterSeverity: 0
          deadLetterThreshold: 11
          messageAgeSeverity: 1
          messageAgeThreshold: 120
          failureRateSeverity: 3
          failureRateThreshold: 33
          failureRateMinimum: 44
          rejectionSeverity: 4
          rejectionThreshold: 55
          silenceSeverity: 0
        }
        param logRetentionDays = 60
        param dailyLogQuotaGB = -1
        param logStorageAccess = true
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("infra-tests-").FullName;
    private readonly ConcurrentDictionary<string, Lazy<Task<object>>> made = new();

    public Templates()
    {
        foreach (var file in Directory.EnumerateFiles(Repository.PathOf("infra"), "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(Repository.PathOf("infra"), file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>An environment without the variables that <c>main.bicepparam</c> reads.</summary>
    internal static IReadOnlyDictionary<string, string?> NoVariables { get; } =
        ReadVariables().ToDictionary(name => name, _ => (string?)null);

    /// <summary>The environment variables that <c>main.bicepparam</c> reads.</summary>
    internal static IEnumerable<string> Variables => NoVariables.Keys;

    public Task<ArmTemplate> MainAsync() => OnceAsync("main", () => CompileAsync("main.bicep"));

    public Task<ArmTemplate> ResourcesAsync() => OnceAsync("resources", () => CompileAsync("resources.bicep"));

    /// <summary>A deployment with nothing but the required parameters.</summary>
    public Task<Deployment> MinimalAsync() => OnceAsync("minimal", () => PredictAsync("minimal", "main.bicep", MinimalParameters));

    /// <summary>A deployment with every parameter set, private networking and all.</summary>
    public Task<Deployment> FullAsync() => OnceAsync("full", () => PredictAsync("full", "main.bicep", FullParameters));

    /// <summary>The full deployment into a resource group that is there already.</summary>
    public Task<Deployment> FullInResourceGroupAsync() =>
        OnceAsync("group", () => PredictAsync("group", "resources.bicep", FullParameters, "--resource-group", "rg-usersync-prod"));

    /// <summary>What <c>main.bicepparam</c> deploys.</summary>
    /// <param name="variables">The environment variables to deploy with.</param>
    public Task<Deployment> FirstAsync(params (string Name, string Value)[] variables) =>
        OnceAsync($"first {string.Join(' ', variables)}", () => PredictFirstAsync(variables));

    /// <summary>Builds parameters for <c>main.bicep</c> that need not be right.</summary>
    /// <param name="parameters">The parameters.</param>
    public async Task<BicepResult> BuildParametersAsync(string parameters)
    {
        var name = $"tried-{Guid.NewGuid():N}.bicepparam";
        await File.WriteAllTextAsync(Path.Combine(folder, name), $"using 'main.bicep'\n{parameters}\n");
        return await BicepCli.RunAsync(folder, NoVariables, "build-params", name, "--stdout");
    }

    /// <summary>Deploys with parameters that are within their bounds, as far as it goes.</summary>
    /// <param name="template">The entry point.</param>
    /// <param name="parameters">The parameters, besides those that have no default.</param>
    public async Task<BicepResult> TryAsync(string template, string parameters)
    {
        var name = $"deployed-{Guid.NewGuid():N}";
        string[] group = template == "main.bicep" ? [] : ["--resource-group", "rg-usersync-test"];
        await File.WriteAllTextAsync(Path.Combine(folder, $"{name}.bicepparam"), $"using '{template}'\n{MinimalParameters}\n{parameters}\n");
        return await SnapshotAsync(name, NoVariables, group);
    }

    /// <summary>Lints a template that lies where ours do.</summary>
    /// <param name="template">The template.</param>
    public async Task<BicepResult> LintAsync(string template)
    {
        var name = $"linted-{Guid.NewGuid():N}.bicep";
        await File.WriteAllTextAsync(Path.Combine(folder, name), template);
        return await BicepCli.RunAsync(folder, NoVariables, "lint", name);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task<ArmTemplate> CompileAsync(string file)
    {
        var result = await BicepCli.RunAsync(folder, NoVariables, "build", file, "--stdout");
        return new ArmTemplate(Path.GetFileNameWithoutExtension(file), JsonNode.Parse(result.AssertClean().Output)!.AsObject());
    }

    private Task<Deployment> PredictFirstAsync(IEnumerable<(string Name, string Value)> variables)
    {
        // The snapshot is written beside the parameters, under their name.
        var name = $"first-{Guid.NewGuid():N}";
        File.Copy(Path.Combine(folder, "main.bicepparam"), Path.Combine(folder, $"{name}.bicepparam"));
        var environment = new Dictionary<string, string?>(NoVariables);
        foreach (var (variable, value) in variables)
        {
            environment[variable] = value;
        }

        return PredictAsync(name, environment);
    }

    private async Task<Deployment> PredictAsync(string name, string template, string parameters, params string[] arguments)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, $"{name}.bicepparam"), $"using '{template}'\n{parameters}\n");
        return await PredictAsync(name, NoVariables, arguments);
    }

    private Task<BicepResult> SnapshotAsync(string name, IReadOnlyDictionary<string, string?> environment, string[] arguments)
    {
        string[] place = ["--tenant-id", Tenant, "--subscription-id", Subscription, "--location", "westeurope"];
        return BicepCli.RunAsync(folder, environment, ["snapshot", $"{name}.bicepparam", "--mode", "overwrite", .. place, .. arguments]);
    }

    private async Task<Deployment> PredictAsync(string name, IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        (await SnapshotAsync(name, environment, arguments)).AssertClean();
        return Deployment.Of(await File.ReadAllTextAsync(Path.Combine(folder, $"{name}.snapshot.json")));
    }

    private async Task<T> OnceAsync<T>(string key, Func<Task<T>> make)
        where T : class =>
        (T)await made.GetOrAdd(key, _ => new Lazy<Task<object>>(async () => await make())).Value;

    private static IEnumerable<string> ReadVariables() =>
        Variable().Matches(Repository.Read("infra/main.bicepparam")).Select(match => match.Groups["name"].Value).Distinct();

    [GeneratedRegex(@"readEnvironmentVariable\('(?<name>\w+)'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variable();
}
