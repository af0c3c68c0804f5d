using System.Text.Json;
using UserSync.Configuration;
using UserSync.Fetching;
using UserSync.Mapping;
using UserSync.Receiving;
using UserSync.Receiving.Events;
using UserSync.Receiving.Handshakes;
using UserSync.Receiving.Verification;
using UserSync.Secrets;

namespace UserSync.Sources;

/// <summary>Makes a source out of its settings, or reports everything that is wrong with them.</summary>
/// <param name="jwks">Reads the public keys of senders.</param>
/// <param name="options">The bounds of what is taken from a sender.</param>
internal sealed class SourceReader(JwksClient jwks, ReceivingOptions options)
{
    private static readonly string[] Settings =
    [
        "$schema", "description", "preset", "secrets", "reply", "publicUrl", "account", "provider", "user", "map", "truto",
        "verify", "handshake", "acknowledge", "refuse", "events", "id", "type", "time", "when", "fetch",
    ];

    private static readonly Dictionary<string, ReplyMode> Replies = new(StringComparer.Ordinal)
    {
        ["queue"] = ReplyMode.Queue,
        ["wait"] = ReplyMode.Wait,
    };

    private static readonly IReadOnlyDictionary<string, RefusalFormat> Refusals = new Dictionary<string, RefusalFormat>(StringComparer.Ordinal)
    {
        ["problem"] = RefusalFormat.Problem,
        ["security-event"] = RefusalFormat.SecurityEvent,
    };

    private readonly VerifierReader verifiers = new(jwks);

    /// <summary>Reads a source.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="file">Its file, for messages.</param>
    /// <param name="json">Its settings.</param>
    /// <param name="findings">Where findings go.</param>
    internal Source? Read(string name, string file, JsonElement json, Findings findings)
    {
        var own = Setting.Root(file, json, findings);
        if (!own.ExpectObject(Settings))
        {
            return null;
        }

        var preset = FindPreset(own.Member("preset"));
        var settings = preset is null ? own : Setting.Root(file, SourceMerge.Merge(preset.Settings, json), findings);
        var secrets = SecretNames.Read(settings.Member("secrets"));
        var publicUrl = PublicUrl(settings.Member("publicUrl"));
        var reply = settings.Member("reply").Choice(Replies, ReplyMode.Queue);

        // What an unknown preset would have supplied is not missed a second time.
        var verify = settings.Member("verify");
        var isLeftToPreset = preset is null && own.Member("preset").IsPresent;
        var verifier = isLeftToPreset && !verify.Member("scheme").IsPresent ? null : verifiers.Read(verify, secrets);
        var handshakes = settings.Member("handshake").Items().Select(Handshake.Read).OfType<Handshake>().ToList();
        var acknowledgement = Acknowledgement.Read(settings.Member("acknowledge"));
        var refusal = settings.Member("refuse").Choice(Refusals, RefusalFormat.Problem);
        var mapping = UserMapping.Read(settings);
        var fetch = isLeftToPreset ? null : ReadFetch(settings, mapping);
        var events = EventRules.Read(settings, [.. mapping?.Headers ?? [], .. fetch?.Headers ?? []], options);
        var truto = TrutoTarget.Read(settings);
        if (verifier is not null)
        {
            Check(verifier, settings, publicUrl);
        }

        return verifier is null || mapping is null || truto is null ? null : new Source
        {
            Name = name,
            Preset = preset,
            PublicUrl = publicUrl,
            Reply = reply,
            Verifier = verifier,
            Handshakes = handshakes,
            Acknowledgement = acknowledgement,
            Refusal = refusal,
            Events = events,
            Fetch = fetch,
            Mapping = mapping,
            Truto = truto,
        };
    }

    private static Preset? FindPreset(Setting setting)
    {
        if (setting.Text("Write the name of a preset") is not { } name || Presets.Find(name) is { } preset)
        {
            return setting.IsText ? Presets.Find(setting.Value.GetString()!) : null;
        }

        var meant = Spelling.Closest(name, Presets.All.Select(known => known.Name));
        setting.Error($"there is no preset \"{name}\"", meant is null ? "Run the command presets to see all of them" : $"Did you mean \"{meant}\"?");
        return null;
    }

    private static FetchRule? ReadFetch(Setting settings, UserMapping? mapping)
    {
        var fetch = settings.Member("fetch");
        if (fetch.IsObject)
        {
            EventAndRecord.CheckMapping(settings.Member("user"));
            EventAndRecord.CheckMapping(settings.Member("map"));
            mapping?.CheckTaken(fetch.Member("gone"));
        }

        return FetchRule.Read(fetch);
    }

    private static Uri? PublicUrl(Setting setting)
    {
        const string Remedy = "Write the address as the sender calls it, for example https://hooks.example.com/in/hubspot";
        if (setting.Text(Remedy) is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text.Trim(), UriKind.Absolute, out var address) && address.Scheme is "https" or "http"
            && address.Query.Length == 0 && address.Fragment.Length == 0)
        {
            return address;
        }

        setting.Error("it is not an address without a query", Remedy);
        return null;
    }

    private void Check(Verifier verifier, Setting settings, Uri? publicUrl)
    {
        if (verifier.LacksSecret && !settings.Member("secrets").Items().Any())
        {
            settings.Member("secrets").Error("no secret is named, so no delivery could be verified", "Write the names of one or more secrets");
        }

        if (verifier.Weakness is { } weakness)
        {
            settings.Member("verify").Warn(weakness, "Keep it only where the sender has nothing better");
        }

        if (verifier.UsesUrl && publicUrl is null && options.PublicUrl is null)
        {
            settings.Member("publicUrl").Error(
                "the sender signs the address that it calls, and nothing says which that is",
                "Write the address as the sender calls it, or set Receiving:PublicUrl for all sources");
        }
    }
}
