using Microsoft.Extensions.Configuration;

namespace UserSync.Secrets;

/// <summary>
/// Secrets from the host's configuration: environment variables, .NET user secrets, a file. A secret <c>workos-signing-secret</c>
/// is read from <c>Secrets:workos-signing-secret</c> or, because shells allow no dash in a variable's name, from
/// <c>Secrets:WORKOS_SIGNING_SECRET</c> (as a variable: <c>Secrets__WORKOS_SIGNING_SECRET</c>). An array holds several values, the
/// newest first.
/// </summary>
/// <param name="configuration">The host's configuration.</param>
public sealed class ConfigurationSecretStore(IConfiguration configuration) : ISecretStore
{
    /// <summary>The section that secrets are read from.</summary>
    public const string SectionName = "Secrets";

    /// <summary>The environment variable from which a secret is read.</summary>
    /// <param name="name">The secret's name.</param>
    public static string VariableFor(string name) => $"{SectionName}__{Underscored(name)}";

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> GetAsync(string name, CancellationToken cancellationToken)
    {
        var secrets = configuration.GetSection(SectionName);
        var values = Read(secrets.GetSection(name));
        return ValueTask.FromResult<IReadOnlyList<string>>(values.Count > 0 ? values : Read(secrets.GetSection(Underscored(name))));
    }

    /// <inheritdoc/>
    public void Invalidate(string name)
    {
        // Configuration is read afresh every time.
    }

    private static string Underscored(string name) => name.Replace('-', '_').ToUpperInvariant();

    private static List<string> Read(IConfigurationSection section) =>
    [
        .. section.GetChildren().Select(child => child.Value).Prepend(section.Value).Where(value => !string.IsNullOrWhiteSpace(value)).OfType<string>(),
    ];
}
