using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace UserSync.Secrets;

/// <summary>
/// Secrets from the host's configuration: environment variables, .NET user secrets, a file. A secret <c>workos-signing-secret</c>
/// is read from <c>Secrets:workos-signing-secret</c> or, because shells allow no dash in a variable's name, from
/// <c>Secrets:WORKOS_SIGNING_SECRET</c> (as a variable: <c>Secrets__WORKOS_SIGNING_SECRET</c>). An array holds several values, the
/// newest first.
/// </summary>
public sealed class ConfigurationSecretStore : ISecretStore
{
    /// <summary>The section that secrets are read from.</summary>
    public const string SectionName = "Secrets";

    private readonly IConfiguration configuration;

    // To find one among all settings takes longer than to use it. Replaced as a whole: whoever still reads what is no longer so puts it
    // into one that nobody asks any more.
    private volatile ConcurrentDictionary<string, IReadOnlyList<string>> known = Nothing();

    /// <summary>Reads secrets from a configuration, again whenever it is loaded again.</summary>
    /// <param name="configuration">The host's configuration.</param>
    public ConfigurationSecretStore(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        this.configuration = configuration;
        ChangeToken.OnChange(configuration.GetReloadToken, () => known = Nothing());
    }

    /// <summary>The environment variable from which a secret is read.</summary>
    /// <param name="name">The secret's name.</param>
    public static string VariableFor(string name) => $"{SectionName}__{Underscored(name)}";

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> GetAsync(string name, CancellationToken cancellationToken)
    {
        var current = known;
        return ValueTask.FromResult(current.TryGetValue(name, out var values) ? values : current.GetOrAdd(name, Find));
    }

    /// <inheritdoc/>
    public void Invalidate(string name) => known = Nothing();

    private static ConcurrentDictionary<string, IReadOnlyList<string>> Nothing() => new(StringComparer.Ordinal);

    private List<string> Find(string name)
    {
        var secrets = configuration.GetSection(SectionName);
        return Read(secrets.GetSection(name)) is { Count: > 0 } values ? values : Read(secrets.GetSection(Underscored(name)));
    }

    private static string Underscored(string name) => name.Replace('-', '_').ToUpperInvariant();

    private static List<string> Read(IConfigurationSection section) =>
    [
        .. section.GetChildren().Select(child => child.Value).Prepend(section.Value).OfType<string>()
            .Where(value => !string.IsNullOrWhiteSpace(value))
            .Select(SecretText.Of),
    ];
}
