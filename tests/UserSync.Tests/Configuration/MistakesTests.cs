using UserSync.Configuration;
using UserSync.Receiving;
using UserSync.Sources;
using UserSync.Tests.Support;

namespace UserSync.Tests.Configuration;

/// <summary>The folder Mistakes: files with one mistake each, unless a file says otherwise.</summary>
public sealed class MistakesTests
{
    private const string ExpressionRemedy = """Write an expression, or { "from": expression } with "values", "default" or "null", or { "value": constant }""";

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Mistakes");

    private static readonly Finding[] Expected =
    [
        Error("Not-A-Name", "$",
            "the file's name is the last segment of an address, and this one is not fit for it",
            "Rename it: lower-case letters, digits and dashes, at most 63"),
        Error("account-is-no-uuid", "$.account", "it is not a UUID", "Write the id of the integrated account, a UUID that Truto shows"),
        Error("body-is-not-signed", "$.verify.content",
            "the body is not signed, so anybody could change it",
            "Add {body}, or {url}{form_sorted} for signed forms"),
        Error("comma-is-missing", "$ (line 10, column 3)", "it is not JSON", "Correct it where the line and column say"),
        Error("constant-has-the-wrong-type", "$.map.is_active.values.active", "a text stands where true or false is expected", "Write true or false"),
        Error("email-is-missing-for-salesforce", "$.map",
            "salesforce requires email on every update, and nothing supplies it",
            """Add "email": an expression"""),
        Error("expression-is-broken", "$.map.email", "it is not a JMESPath expression: Error(1, 10): syntax, near ''", ExpressionRemedy),
        Error("flag-is-a-text", "$.truto.ignoreRemoteData", "a text stands where true or false is expected", "Write true or false, without quotes"),
        Error("format-is-unknown", "$.events.format", "\"yaml\" is not known here", "Write json, json-lines, form, xml, jwt or cloudevents"),
        Error("function-is-unknown", "$.map.name",
            "it is not a JMESPath expression: Error: unknown-function, no function named concat has been registered",
            ExpressionRemedy),
        Error("handshake-has-no-condition", "$.handshake[0].when",
            "nothing says which deliveries are this handshake",
            """Write { "header:NAME": true } or another condition"""),
        Error("header-name-has-a-colon", "$.verify.header", "it is not the name of a header", "Write the name of the header that carries the signature"),
        Error("jwks-is-not-https", "$.verify.jwks",
            "it is not an https address",
            "Write the https address of the sender's JWKS document, or name a secret that holds its public key"),
        Error("jwt-algorithm-proves-nothing", "$.verify.algorithms",
            "\"none\" is not an algorithm that proves anything",
            "Write the algorithms that the sender signs with, out of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, HS256, HS384, HS512"),
        Error("member-stands-twice", "$.map.email", "it stands here more than once", "Keep one of them"),
        Error("no-secret-is-named", "$.secrets", "no secret is named, so no delivery could be verified", "Write the names of one or more secrets"),
        Error("path-is-no-place", "$.verify.path",
            "\"value[0].clientState\" is not a place in a body",
            "Write names with dots between them, and [] for every item of an array, for example \"value[].clientState\""),
        Error("preset-is-misspelt", "$.preset", "there is no preset \"work-os\"", "Did you mean \"workos\"?"),
        Error("provider-is-unknown", "$.provider", "\"hubspot\" is not known here", "Write onepagecrm, outreach, pipedrive, planhat, salesforce or wix"),
        Error("public-url-is-missing", "$.publicUrl",
            "the sender signs the address that it calls, and nothing says which that is",
            "Write the address as the sender calls it, or set Receiving:PublicUrl for all sources"),
        Error("rule-has-no-source", "$.map.email", "it has neither \"from\" nor \"value\"", ExpressionRemedy),
        Error("scheme-is-misspelt", "$.verify.scheme",
            "\"hmca\" is not known here",
            "Write hmac, token, basic, jwt, signature, digest, any, all or none"),
        Error("setting-is-misspelt", "$.acount", "\"acount\" is not a setting", "Did you mean \"account\"?"),
        Error("status-is-out-of-range", "$.acknowledge.status", "it is not a whole number in range", "Write a number from 200 to 299"),
        Error("time-is-not-signed", "$.verify.timestamp",
            "the time is not part of what is signed, so anybody could change it",
            "Add {header:NAME} or {sig:KEY} to \"content\" as the sender does, or remove \"timestamp\""),
        Error("tolerance-is-a-text", "$.verify.timestamp.tolerance", "it is not a whole number in range", "Write a number from 1 to 604800"),
        Error("two-mistakes", "$.user", "it is not a JMESPath expression: Error(1, 4): syntax, near ''", "Write the expression for the CRM user's id"),
        Error("two-mistakes", "$.account", "it is not a UUID", "Write the id of the integrated account, a UUID that Truto shows"),
        Error("user-is-missing", "$.user", "it is missing", "Write the expression for the CRM user's id"),
        Error("value-in-place-of-a-name", "$.secrets[0]",
            "it is not the name of a secret",
            "Write the name of a secret: letters, digits and dashes. Its value belongs into the secret store"),
        Error("values-is-empty", "$.map.is_active.values", "it is not a table of values", """Write { "what comes": what to send }"""),
        Error("verify-is-missing", "$.verify",
            "nothing says how deliveries are verified",
            """Write { "scheme": … } with one of hmac, token, basic, jwt, signature, digest, any, all, none"""),
        Warning("warned-field-is-not-taken", "$.map.custom_fields",
            "pipedrive does not take custom_fields (Truto's API reference, 2026-11)",
            "Remove it, or send the CRM's own field through \"remote_data\""),
        Warning("warned-nothing-is-verified", "$.verify",
            "deliveries are not verified: anybody who can reach this address can change users",
            "Keep it only where the sender has nothing better"),
    ];

    [Fact]
    public void A_folder_with_twenty_different_mistakes_yields_twenty_messages_each_naming_file_path_and_remedy()
    {
        var findings = Load().Findings;

        Assert.Equal(Expected, findings);
        Assert.True(findings.Select(finding => finding.Problem).Distinct().Count() >= 20);
        Assert.All(findings, finding => Assert.Equal(
            $"{finding.File} {finding.Path}: {finding.Problem}. {finding.Remedy}{(finding.Remedy.EndsWith('?') ? "" : ".")}",
            finding.ToString()));
    }

    [Fact]
    public void Every_file_of_the_folder_has_its_mistake_listed() => Assert.Equal(
        Directory.EnumerateFiles(Folder).Select(path => Path.Combine("Mistakes", Path.GetFileName(path))).Order(StringComparer.Ordinal),
        Expected.Select(finding => finding.File).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void A_source_with_an_error_is_broken_and_one_with_a_warning_runs()
    {
        var catalog = Load();

        foreach (var finding in Expected.Where(finding => Path.GetFileName(finding.File) != "Not-A-Name.json"))
        {
            var name = Path.GetFileNameWithoutExtension(finding.File);
            Assert.Equal(finding.Severity == Severity.Error, catalog.IsBroken(name));
            Assert.Equal(finding.Severity == Severity.Warning, catalog.Find(name) is not null);
        }
    }

    [Fact]
    public void A_secret_in_place_of_its_name_is_never_repeated() =>
        Assert.DoesNotContain(Load().Findings, finding => finding.ToString().Contains("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", StringComparison.Ordinal));

    private static SourceCatalog Load() => SourceCatalog.Load(Folder, Jwks.Unused, new ReceivingOptions());

    private static Finding Error(string name, string path, string problem, string remedy) =>
        new(Severity.Error, Path.Combine("Mistakes", $"{name}.json"), path, problem, remedy);

    private static Finding Warning(string name, string path, string problem, string remedy) =>
        new(Severity.Warning, Path.Combine("Mistakes", $"{name}.json"), path, problem, remedy);
}
