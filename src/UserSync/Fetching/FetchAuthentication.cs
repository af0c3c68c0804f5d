using UserSync.Configuration;
using UserSync.Secrets;

namespace UserSync.Fetching;

/// <summary>How a source system recognizes us.</summary>
/// <param name="secret">The name of the secret; <see langword="null"/> where none is needed.</param>
internal abstract class FetchAuthentication(string? secret)
{
    private const string SecretRemedy = "Write the name of the secret that the source system gave you";
    private const string HeaderRemedy = "Write the name of the header that carries the secret";

    private static readonly string[] Schemes = ["bearer", "basic", "header", "oauth2", "google", "none"];

    private static readonly IReadOnlyDictionary<string, string> SchemeNames = Schemes.ToDictionary(name => name, StringComparer.Ordinal);

    /// <summary>The name of the secret; <see langword="null"/> where none is needed.</summary>
    internal string? Secret { get; } = secret;

    /// <summary>The header that carries the credentials.</summary>
    internal virtual string Header => "Authorization";

    /// <summary>Reads the setting <c>auth</c> of <c>fetch</c>, or reports what is wrong with it.</summary>
    internal static FetchAuthentication? Read(Setting settings, bool allowsPrivate)
    {
        var remedy = $"Write {{ \"scheme\": … }} with one of {string.Join(", ", Schemes)}";
        if (!settings.IsObject)
        {
            settings.Error("nothing says how the source system recognizes us", remedy);
            return null;
        }

        settings.Member("scheme").Require(remedy);
        return settings.Member("scheme").Choice(SchemeNames, string.Empty) switch
        {
            "bearer" => Plain(settings, HeaderAuthentication.Bearer),
            "basic" => Plain(settings, HeaderAuthentication.Basic),
            "header" => Named(settings),
            "oauth2" => ClientCredentials.Read(settings, ReadSecret(settings), allowsPrivate),
            "google" => ServiceAccount.Read(settings, ReadSecret(settings), allowsPrivate),
            "none" => None(settings),
            _ => null,
        };
    }

    private static string? ReadSecret(Setting settings)
    {
        var setting = settings.Member("secret");
        if (setting.IsArray)
        {
            setting.Error("an array stands where one name is expected", SecretRemedy);
            return null;
        }

        return setting.Require(SecretRemedy) && SecretNames.Read(setting) is [var name] ? name : null;
    }

    private static HeaderAuthentication? Plain(Setting settings, Func<string, HeaderAuthentication> make)
    {
        settings.ExpectObject("scheme", "secret");
        return ReadSecret(settings) is { } secret ? make(secret) : null;
    }

    private static HeaderAuthentication? Named(Setting settings)
    {
        settings.ExpectObject("scheme", "secret", "name", "prefix");
        var secret = ReadSecret(settings);
        var name = settings.Member("name").HeaderName(HeaderRemedy);
        var prefix = settings.Member("prefix").Text("Write what stands before the secret, for example \"SSWS \"") ?? string.Empty;
        if (!RequestHeaders.IsValue(prefix))
        {
            settings.Member("prefix").Error("no header can hold it", "Write visible ASCII characters and spaces");
        }

        return secret is null || name is null ? null : HeaderAuthentication.Named(secret, name, prefix);
    }

    private static HeaderAuthentication None(Setting settings)
    {
        settings.ExpectObject("scheme");
        settings.Warn("the source system gives its records to anybody who asks", "Keep it only where that is so");
        return HeaderAuthentication.None;
    }
}
