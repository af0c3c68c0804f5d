using Microsoft.Extensions.Options;
using UserSync.Outcomes;
using UserSync.Receiving;
using UserSync.Receiving.Verification;
using UserSync.Secrets;
using UserSync.Sources;

namespace UserSync.Console.Sources;

/// <summary>Looks how the sources are getting on.</summary>
/// <param name="catalog">The configured sources.</param>
/// <param name="secrets">Where secrets come from.</param>
/// <param name="outcomes">What became of events.</param>
/// <param name="receiving">Where vendors send deliveries.</param>
/// <param name="time">The clock.</param>
public sealed class SourceReview(
    SourceCatalog catalog, ISecretStore secrets, IOutcomeStore outcomes, IOptions<ReceivingOptions> receiving, TimeProvider time)
{
    // The user that the server's own sandbox has.
    private const string SampleUser = "42";

    /// <summary>The folder and its sources, by name.</summary>
    /// <param name="frame">Where deliveries are sent.</param>
    /// <param name="hasSamples">Whether to sign a sample for each.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<SourcesModel> ReadAsync(ConsoleFrame frame, bool hasSamples, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var states = new List<SourceState>();
        foreach (var source in catalog.All)
        {
            states.Add(await ReadAsync(source, frame, hasSamples, cancellationToken));
        }

        states.AddRange(catalog.Broken.Select(name => new SourceState { Name = name, Url = frame.Webhooks + name, Findings = FindingsOf(name) }));
        var known = states.SelectMany(state => state.Findings).ToHashSet();
        return new SourcesModel(
            catalog.Folder,
            [.. states.OrderBy(state => state.Name, StringComparer.Ordinal)],
            [.. catalog.Findings.Where(finding => !known.Contains(finding))]);
    }

    private async Task<SourceState> ReadAsync(Source source, ConsoleFrame frame, bool hasSamples, CancellationToken cancellationToken)
    {
        var states = new List<SecretState>();
        foreach (var name in source.Secrets.Distinct(StringComparer.Ordinal))
        {
            var use = name == source.Truto.TokenSecret ? "Truto's API token"
                : source.Verifier.Secrets.Contains(name, StringComparer.Ordinal) ? source.Preset?.Secret ?? "verifies deliveries"
                : "fetches records";
            states.Add(await ReadAsync(name, use, cancellationToken));
        }

        var last = await outcomes.ListAsync(new OutcomeFilter(source.Name), null, 1, cancellationToken);
        return new SourceState
        {
            Name = source.Name,
            Source = source,
            Url = source.PublicUrl?.OriginalString ?? frame.Webhooks + source.Name,
            Findings = FindingsOf(source.Name),
            Secrets = states,
            Last = last.Outcomes is [var outcome, ..] ? outcome : null,
            Sample = hasSamples ? await SampleAsync(source, frame.Webhooks + source.Name, cancellationToken) : null,
            IsPlaceholder = source.Verifier is ISigner { RevealsSecret: true },
        };
    }

    private async Task<SecretState> ReadAsync(string name, string use, CancellationToken cancellationToken)
    {
        try
        {
            var values = await secrets.GetAsync(name, cancellationToken);
            var since = values.Count > 0 ? await secrets.SinceAsync(name, cancellationToken) : null;
            return new SecretState(name, use, values.Count, since, ConfigurationSecretStore.VariableFor(name));
        }
        catch (SecretStoreException)
        {
            return new SecretState(name, use, null, null, ConfigurationSecretStore.VariableFor(name));
        }
    }

    private async Task<string?> SampleAsync(Source source, string url, CancellationToken cancellationToken)
    {
        try
        {
            if (source.Verifier.Secrets is not [var name, ..]
                || await UsableSecrets.ReadAsync([name], secrets, cancellationToken) is not [var secret, ..])
            {
                return null;
            }

            var signedUrl = receiving.Value.UrlOf(source.Name, source.PublicUrl);
            return SampleDelivery.Make(source, signedUrl, secret, SampleUser, time.GetUtcNow())?.ToCurl(url);
        }
        catch (SecretStoreException)
        {
            return null;
        }
    }

    private IReadOnlyList<Configuration.Finding> FindingsOf(string name) =>
        [.. catalog.Findings.Where(finding => Path.GetFileName(finding.File) == $"{name}.json")];
}
