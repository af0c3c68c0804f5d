namespace UserSync.Tests.Support;

/// <summary>One source for every mistake that the readers know, in the order of the readers.</summary>
internal static class WrongSources
{
    private const string SecretRemedy = "Write the name of a secret: letters, digits and dashes. Its value belongs into the secret store";
    private const string SchemeRemedy = "Write { \"scheme\": … } with one of hmac, token, basic, jwt, signature, digest, any, all, none";
    private const string HeaderRemedy = "Write the name of the header that carries the signature";
    private const string TemplateRemedy = "Write a template of {body}, {method}, {url}, {header:NAME}, {sig:KEY}, {form_sorted} and literals";
    private const string TimestampRemedy = "Write header:NAME or sig:KEY, where KEY is a part of the signature's header";
    private const string TokenNameRemedy = "Write the name of the header or the query parameter that carries the token";
    private const string BodyPathRemedy = "Write names with dots between them, and [] for every item of an array, for example \"value[].clientState\"";
    private const string AlgorithmsRemedy =
        "Write the algorithms that the sender signs with, out of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, HS256, HS384, HS512";

    private const string JwksRemedy = "Write the https address of the sender's JWKS document, or name a secret that holds its public key";
    private const string DeliveryValueRemedy = "Write header:NAME, query:NAME, body:, or an expression over the body";
    private const string ConditionRemedy = "Write the text that it must be, an array of such texts, or true for any";
    private const string MediaTypeRemedy = "Write the body's media type, for example \"text/xml; charset=utf-8\"";
    private const string UserRemedy = "Write the expression for the CRM user's id";
    private const string RuleRemedy = "Write an expression, or { \"from\": expression } with \"values\", \"default\" or \"null\", or { \"value\": constant }";
    private const string ExpressionsRemedy = "Write an expression, or an array of expressions";
    private const string PathRemedy = "Write an expression, for example \"data.events\", or an array of them of which the first that has a value is taken";
    private const string AccountRemedy = "Write the id of the integrated account, a UUID that Truto shows";
    private const string PublicUrlRemedy = "Write the address as the sender calls it, for example https://hooks.example.com/in/hubspot";
    private const string NoJmesPath = "it is not a JMESPath expression: Error(1, 1): syntax, near ''";
    private const string Known =
        "$schema, description, preset, secrets, reply, publicUrl, account, provider, user, map, truto, verify, handshake, acknowledge, refuse, events, id, type, time, when, fetch";

    internal static readonly IReadOnlyList<WrongSource> All =
    [
        .. Settings, .. Secrets, .. Verify, .. Signatures, .. Timestamps, .. Tokens, .. Jwts, .. Handshakes, .. Acknowledgements, .. Maps, .. Events, .. Trutos, .. WrongFetches.All,
    ];

    private static IEnumerable<WrongSource> Settings =>
    [
        new("""{ "colour": "blue" }""", "$.colour", "\"colour\" is not a setting", $"Remove it; known here: {Known}"),
        new("""{ "secret": "signing-secret" }""", "$.secret", "\"secret\" is not a setting", "Did you mean \"secrets\"?"),
        new("""{ "preset": "workoss" }""", "$.preset", "there is no preset \"workoss\"", "Did you mean \"workos\"?"),
        new("""{ "preset": "sap" }""", "$.preset", "there is no preset \"sap\"", "Run the command presets to see all of them"),
        new("""{ "preset": 5 }""", "$.preset", "a number stands where a text is expected", "Write the name of a preset"),
        new("""{ "reply": "now" }""", "$.reply", "\"now\" is not known here", "Write queue or wait"),
        new("""{ "reply": true }""", "$.reply", "a boolean stands where a word is expected", "Write queue or wait"),
        new("""{ "refuse": "problems" }""", "$.refuse", "\"problems\" is not known here", "Did you mean \"problem\"? It can be problem or security-event"),
        new("""{ "publicUrl": 5 }""", "$.publicUrl", "a number stands where a text is expected", PublicUrlRemedy),
        new("""{ "publicUrl": "hooks.example.com" }""", "$.publicUrl", "it is not an address without a query", PublicUrlRemedy),
        new("""{ "publicUrl": "https://hooks.example.com/?a=1" }""", "$.publicUrl", "it is not an address without a query", PublicUrlRemedy),
        new("""{ "publicUrl": "https://hooks.example.com/#a" }""", "$.publicUrl", "it is not an address without a query", PublicUrlRemedy),
        new("""{ "publicUrl": "ftp://hooks.example.com/" }""", "$.publicUrl", "it is not an address without a query", PublicUrlRemedy),
        new("""{ "verify": { "scheme": "hmac", "header": "X-Signature", "content": "{url}{body}" } }""", "$.publicUrl",
            "the sender signs the address that it calls, and nothing says which that is",
            "Write the address as the sender calls it, or set Receiving:PublicUrl for all sources", IsBeyondSchema: true),
    ];

    private static IEnumerable<WrongSource> Secrets =>
    [
        new("""{ "secrets": null }""", "$.secrets", "no secret is named, so no delivery could be verified", "Write the names of one or more secrets", IsBeyondSchema: true),
        new("""{ "secrets": [] }""", "$.secrets", "no secret is named, so no delivery could be verified", "Write the names of one or more secrets"),
        new("""{ "secrets": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" }""", "$.secrets", "it is not the name of a secret", SecretRemedy),
        new("""{ "secrets": ["signing-secret", "a value!"] }""", "$.secrets[1]", "it is not the name of a secret", SecretRemedy),
        new("""{ "secrets": ["signing-secret", null] }""", "$.secrets[1]", "it is missing", SecretRemedy),
        new("""{ "secrets": ["signing-secret", " "] }""", "$.secrets[1]", "it is empty", SecretRemedy),
        new("""{ "secrets": { "name": "signing-secret" } }""", "$.secrets", "an object stands where a text is expected", SecretRemedy),
        new($$"""{ "secrets": "{{new string('a', 128)}}" }""", "$.secrets", "it is not the name of a secret", SecretRemedy),
        new("""{ "verify": { "scheme": "hmac", "header": "X-Signature", "secrets": "not a name" } }""", "$.verify.secrets", "it is not the name of a secret", SecretRemedy),
    ];

    private static IEnumerable<WrongSource> Verify =>
    [
        new("""{ "verify": null }""", "$.verify", "nothing says how deliveries are verified", SchemeRemedy),
        new("""{ "verify": "hmac" }""", "$.verify", "nothing says how deliveries are verified", SchemeRemedy),
        new("""{ "verify": { "header": "X-Signature" } }""", "$.verify.scheme", "it is missing", SchemeRemedy, IsBeyondSchema: true),
        new("""{ "verify": { "scheme": "hmacs", "header": "X-Signature" } }""", "$.verify.scheme", "\"hmacs\" is not known here",
            "Did you mean \"hmac\"? It can be hmac, token, basic, jwt, signature, digest, any, all or none"),
        new("""{ "verify": { "scheme": "any" } }""", "$.verify.of", "it is missing", "Write an array of checks"),
        new("""{ "verify": { "scheme": "all", "of": [] } }""", "$.verify.of", "it is empty", "Write an array of checks"),
        new("""{ "verify": { "scheme": "any", "of": [{ "scheme": "basic" }, "token"] } }""", "$.verify.of[1]", "nothing says how deliveries are verified", SchemeRemedy),
        new("""{ "verify": { "scheme": "all", "of": [{ "scheme": "basic", "name": "X" }] } }""", "$.verify.of[0].name", "\"name\" is not a setting", "Remove it; known here: scheme, secrets"),
        new("""{ "verify": { "scheme": "all", "of": [{ "scheme": "basic" }, { "scheme": "none", "header": "X" }] } }""", "$.verify.of[1].header", "\"header\" is not a setting", "Remove it; known here: scheme"),
        new("""{ "verify": { "scheme": "none" } }""", "$.verify",
            "deliveries are not verified: anybody who can reach this address can change users",
            "Keep it only where the sender has nothing better", IsBeyondSchema: true),
        new("""{ "verify": { "scheme": "token", "name": "X-Org", "weak": true } }""", "$.verify",
            "X-Org identifies the sender but is no secret: also restrict who can reach this address",
            "Keep it only where the sender has nothing better", IsBeyondSchema: true),
        new("""{ "verify": { "scheme": "digest", "header": "X-Digest", "content": "{secret}{body}" } }""", "$.verify",
            "a plain digest can be lengthened by whoever sees one: use the sender's newer signature",
            "Keep it only where the sender has nothing better", IsBeyondSchema: true),
    ];

    private static IEnumerable<WrongSource> Signatures =>
    [
        new("""{ "verify": { "scheme": "hmac" } }""", "$.verify.header", "it is missing", HeaderRemedy),
        new("""{ "verify": { "scheme": "hmac", "header": 5 } }""", "$.verify.header", "a number stands where a text is expected", HeaderRemedy),
        new("""{ "verify": { "scheme": "hmac", "header": "" } }""", "$.verify.header", "it is empty", HeaderRemedy),
        new("""{ "verify": { "scheme": "hmac", "header": "X Signature" } }""", "$.verify.header", "it is not the name of a header", HeaderRemedy, IsBeyondSchema: true),
        new("""{ "verify": { "scheme": "hmac", "header": "X-Signature", "prefix": 5 } }""", "$.verify.prefix", "a number stands where a text is expected", "Write what stands before the signature"),
        new("""{ "verify": { "scheme": "hmac", "header": "X-Signature", "separator": 5 } }""", "$.verify.separator", "a number stands where a text is expected",
            "Write what stands between several signatures, for example \",\""),
        new("""{ "verify": { "scheme": "hmac", "header": "X-Signature", "separator": ",", "key": 5 } }""", "$.verify.key", "a number stands where a text is expected",
            "Write the key before the signature, for example \"v1\" in v1=…"),
        new("""{ "verify": { "scheme": "hmac", "header": "X-Signature", "key": "v1" } }""", "$.verify.separator", "it is missing",
            "Write what stands between the header's key=value parts, for example \",\""),
        new("""{ "verify": { "scheme": "hmac", "header": "X-Signature", "encoding": "base32" } }""", "$.verify.encoding", "\"base32\" is not known here",
            "Did you mean \"base64\"? It can be hex, base64, base64url or hex-or-base64"),
        new("""{ "verify": { "scheme": "hmac", "header": "X-Signature", "algorithm": "md5" } }""", "$.verify.algorithm", "\"md5\" is not known here", "Write sha256, sha1 or sha512"),
        new("""{ "verify": { "scheme": "hmac", "header": "X-Signature", "keyEncoding": "hex" } }""", "$.verify.keyEncoding", "\"hex\" is not known here", "Write text or base64"),
        new("""{ "verify": { "scheme": "hmac", "header": "X-Signature", "keyPrefix": 5 } }""", "$.verify.keyPrefix", "a number stands where a text is expected",
            "Write the prefix that is not part of the key, for example \"whsec_\""),
        new("""{ "verify": { "scheme": "hmac", "header": "X-Signature", "content": 5 } }""", "$.verify.content", "a number stands where a text is expected", TemplateRemedy),
        new("""{ "verify": { "scheme": "hmac", "header": "X-Signature", "content": "" } }""", "$.verify.content", "the template is empty", TemplateRemedy),
        new("""{ "verify": { "scheme": "hmac", "header": "X-Signature", "content": "{host}{body}" } }""", "$.verify.content",
            "\"host\" is not a part of a request that can be signed", TemplateRemedy, IsBeyondSchema: true),
        new("""{ "verify": { "scheme": "hmac", "header": "X-Signature", "content": "{body}{header:}" } }""", "$.verify.content",
            "\"header:\" is not a part of a request that can be signed", TemplateRemedy, IsBeyondSchema: true),
        new("""{ "verify": { "scheme": "hmac", "header": "X-Signature", "content": "{body" } }""", "$.verify.content", "\"{body\" is not a part of a request that can be signed", TemplateRemedy),
        new("""{ "verify": { "scheme": "hmac", "header": "X-Signature", "content": "{method}" } }""", "$.verify.content",
            "the body is not signed, so anybody could change it", "Add {body}, or {url}{form_sorted} for signed forms"),
        new("""{ "verify": { "scheme": "hmac", "header": "X-Signature", "content": "{form_sorted}" } }""", "$.verify.content",
            "the body is not signed, so anybody could change it", "Add {body}, or {url}{form_sorted} for signed forms", IsBeyondSchema: true),
        new("""{ "verify": { "scheme": "hmac", "header": "X-Signature", "content": "{secret}{body}" } }""", "$.verify.content",
            "{secret} is not part of what is signed here: it is the key", "Remove {secret}"),
        new("""{ "verify": { "scheme": "hmac", "header": "X-Signature", "separator": ",", "content": "{sig:t}.{body}" } }""", "$.verify.key",
            "it is missing, so the signature's header has no other parts that sig:KEY could name",
            "Write the key before the signature, for example \"v1\" in t=…,v1=…, and the separator", IsBeyondSchema: true),
        new("""{ "verify": { "scheme": "signature", "header": "X-Signature" } }""", "$.verify.algorithm", "it is missing",
            "Write one of ed25519, ecdsa-sha256, rsa-sha256, rsa-pss-sha256"),
        new("""{ "verify": { "scheme": "signature", "header": "X-Signature", "algorithm": "rsa-sha1" } }""", "$.verify.algorithm", "\"rsa-sha1\" is not known here",
            "Write ed25519, ecdsa-sha256, rsa-sha256 or rsa-pss-sha256"),
        new("""{ "verify": { "scheme": "signature", "algorithm": "ed25519", "header": "X-Signature", "name": "X" } }""", "$.verify.name", "\"name\" is not a setting",
            "Remove it; known here: scheme, secrets, header, prefix, separator, key, encoding, content, timestamp, algorithm, keyEncoding, keyPrefix"),
    ];

    private static IEnumerable<WrongSource> Timestamps =>
    [
        new("""{ "verify": { "scheme": "hmac", "header": "X-Signature", "timestamp": "header:X-Time" } }""", "$.verify.timestamp",
            "a text stands where an object is expected", "Write an object with from, format or tolerance"),
        new("""{ "verify": { "scheme": "hmac", "header": "X-Signature", "timestamp": {} } }""", "$.verify.timestamp.from", "it is missing", TimestampRemedy),
        new("""{ "verify": { "scheme": "hmac", "header": "X-Signature", "timestamp": { "from": "X-Time" } } }""", "$.verify.timestamp.from",
            "\"X-Time\" is not a place in a delivery that has a signed time", TimestampRemedy),
        new("""{ "verify": { "scheme": "hmac", "header": "X-Signature", "timestamp": { "from": "header:" } } }""", "$.verify.timestamp.from",
            "\"header:\" is not a place in a delivery that has a signed time", TimestampRemedy),
        new("""{ "verify": { "scheme": "hmac", "header": "X-Signature", "timestamp": { "from": "sig:" } } }""", "$.verify.timestamp.from",
            "\"sig:\" is not a place in a delivery that has a signed time", TimestampRemedy),
        new("""{ "verify": { "scheme": "hmac", "header": "X-Signature", "content": "{header:T}{body}", "timestamp": { "from": "header:T", "format": "minutes" } } }""",
            "$.verify.timestamp.format", "\"minutes\" is not known here", "Write seconds, milliseconds or iso8601"),
        new("""{ "verify": { "scheme": "hmac", "header": "X-Signature", "content": "{header:T}{body}", "timestamp": { "from": "header:T", "tolerance": 0 } } }""",
            "$.verify.timestamp.tolerance", "it is not a whole number in range", "Write a number from 1 to 604800"),
        new("""{ "verify": { "scheme": "hmac", "header": "X-Signature", "timestamp": { "from": "header:X-Time" } } }""", "$.verify.timestamp",
            "the time is not part of what is signed, so anybody could change it",
            "Add {header:NAME} or {sig:KEY} to \"content\" as the sender does, or remove \"timestamp\"", IsBeyondSchema: true),
        new("""{ "verify": { "scheme": "hmac", "header": "X-Signature", "separator": ",", "key": "v1", "timestamp": { "from": "sig:t" } } }""", "$.verify.timestamp",
            "the time is not part of what is signed, so anybody could change it",
            "Add {header:NAME} or {sig:KEY} to \"content\" as the sender does, or remove \"timestamp\"", IsBeyondSchema: true),
    ];

    private static IEnumerable<WrongSource> Tokens =>
    [
        new("""{ "verify": { "scheme": "token" } }""", "$.verify.name", "it is missing", TokenNameRemedy),
        new("""{ "verify": { "scheme": "token", "in": "query" } }""", "$.verify.name", "it is missing", TokenNameRemedy),
        new("""{ "verify": { "scheme": "token", "name": "X Token" } }""", "$.verify.name", "it is not the name of a header", TokenNameRemedy, IsBeyondSchema: true),
        new("""{ "verify": { "scheme": "token", "in": "cookie", "name": "X" } }""", "$.verify.in", "\"cookie\" is not known here", "Write header, query or body"),
        new("""{ "verify": { "scheme": "token", "in": "body" } }""", "$.verify.path", "it is missing", BodyPathRemedy),
        new("""{ "verify": { "scheme": "token", "in": "body", "path": "a..b" } }""", "$.verify.path", "\"a..b\" is not a place in a body", BodyPathRemedy),
        new("""{ "verify": { "scheme": "token", "name": "X", "prefix": 5 } }""", "$.verify.prefix", "a number stands where a text is expected",
            "Write what stands before the token, for example \"Bearer \""),
        new("""{ "verify": { "scheme": "token", "name": "X", "weak": "no" } }""", "$.verify.weak", "a text stands where true or false is expected", "Write true or false, without quotes"),
        new("""{ "verify": { "scheme": "basic", "user": "ada" } }""", "$.verify.user", "\"user\" is not a setting", "Remove it; known here: scheme, secrets"),
    ];

    private static IEnumerable<WrongSource> Jwts =>
    [
        new("""{ "verify": { "scheme": "jwt" } }""", "$.verify.algorithms", "it is missing", AlgorithmsRemedy),
        new("""{ "verify": { "scheme": "jwt", "algorithms": [] } }""", "$.verify.algorithms", "it is empty, and would allow every algorithm", AlgorithmsRemedy),
        new("""{ "verify": { "scheme": "jwt", "algorithms": ["none"] } }""", "$.verify.algorithms", "\"none\" is not an algorithm that proves anything", AlgorithmsRemedy),
        new("""{ "verify": { "scheme": "jwt", "algorithms": ["RS256", "HS256"] } }""", "$.verify.algorithms",
            "shared-key and public-key algorithms stand together: a public key could be taken for a shared one", "Write one kind only"),
        new("""{ "verify": { "scheme": "jwt", "algorithms": "RS256", "in": "query" } }""", "$.verify.in", "\"query\" is not known here", "Write body or header"),
        new("""{ "verify": { "scheme": "jwt", "algorithms": "RS256", "in": "header", "name": "X Token" } }""", "$.verify.name", "it is not the name of a header",
            "Write the name of the header that carries the token", IsBeyondSchema: true),
        new("""{ "verify": { "scheme": "jwt", "algorithms": "RS256", "in": "header", "prefix": false } }""", "$.verify.prefix", "a boolean stands where a text is expected",
            "Write what stands before the token, for example \"Bearer \""),
        new("""{ "verify": { "scheme": "jwt", "algorithms": "RS256", "path": "[]" } }""", "$.verify.path", "\"[]\" is not a place in a body", BodyPathRemedy),
        new("""{ "verify": { "scheme": "jwt", "algorithms": "RS256", "jwks": "http://keys.example.com/" } }""", "$.verify.jwks", "it is not an https address", JwksRemedy),
        new("""{ "verify": { "scheme": "jwt", "algorithms": "RS256", "jwks": "/etc/keys.json" } }""", "$.verify.jwks", "it is not an https address", JwksRemedy),
        new("""{ "verify": { "scheme": "jwt", "algorithms": "RS256", "jwks": "file:///etc/keys.json" } }""", "$.verify.jwks", "it is not an https address", JwksRemedy),
        new("""{ "verify": { "scheme": "jwt", "algorithms": "RS256", "jwks": "ftp://localhost/keys.json" } }""", "$.verify.jwks", "it is not an https address", JwksRemedy),
        new("""{ "verify": { "scheme": "jwt", "algorithms": "RS256", "jwks": 5 } }""", "$.verify.jwks", "a number stands where a text is expected", JwksRemedy),
        new("""{ "verify": { "scheme": "jwt", "algorithms": "RS256", "issuer": 5 } }""", "$.verify.issuer", "a number stands where a text is expected", "Write the issuer, or an array of them"),
        new("""{ "verify": { "scheme": "jwt", "algorithms": "RS256", "audience": ["a", 5] } }""", "$.verify.audience[1]", "a number stands where a text is expected",
            "Write the audience that means this application, or an array of them"),
        new("""{ "verify": { "scheme": "jwt", "algorithms": "RS256", "type": 5 } }""", "$.verify.type", "a number stands where a text is expected",
            "Write the token's typ, for example \"secevent+jwt\""),
        new("""{ "verify": { "scheme": "jwt", "algorithms": "RS256", "expiry": "never" } }""", "$.verify.expiry", "\"never\" is not known here", "Write required, optional or forbidden"),
        new("""{ "verify": { "scheme": "jwt", "algorithms": "RS256", "tolerance": 1.5 } }""", "$.verify.tolerance", "it is not a whole number in range", "Write a number from 0 to 86400"),
    ];

    private static IEnumerable<WrongSource> Handshakes =>
    [
        new("""{ "handshake": "challenge" }""", "$.handshake", "a text stands where an object is expected", "Write an object with method, when, signed, status, text, json or headers"),
        new("""{ "handshake": [{}] }""", "$.handshake[0].when", "nothing says which deliveries are this handshake", "Write { \"header:NAME\": true } or another condition"),
        new("""{ "handshake": { "when": { "type": "ping" }, "method": "PUT" } }""", "$.handshake.method", "\"PUT\" is not known here", "Write GET, POST or OPTIONS"),
        new("""{ "handshake": { "when": { "type": "ping" }, "signed": "sometimes" } }""", "$.handshake.signed", "\"sometimes\" is not known here", "Write always, ifPresent or never"),
        new("""{ "handshake": { "when": { "type": "ping" }, "status": 404 } }""", "$.handshake.status", "it is not a whole number in range", "Write a number from 200 to 299"),
        new("""{ "handshake": { "when": { "type": "ping" }, "status": 204, "text": "challenge" } }""", "$.handshake.text",
            "a status of 204 allows no body", "Remove it, or write another status", IsBeyondSchema: true),
        new("""{ "handshake": { "when": { "type": "ping" }, "status": 204, "json": { "a": "challenge" } } }""", "$.handshake.json",
            "a status of 204 allows no body", "Remove it, or write another status", IsBeyondSchema: true),
        new("""{ "handshake": { "when": { "type": "ping" }, "text": 5 } }""", "$.handshake.text", "a number stands where a text is expected", DeliveryValueRemedy),
        new("""{ "handshake": { "when": { "type": "ping" }, "text": "a." } }""", "$.handshake.text", NoJmesPath, DeliveryValueRemedy, IsBeyondSchema: true),
        new("""{ "handshake": { "when": { "type": "ping" }, "text": "header:" } }""", "$.handshake.text", "a header is written header:NAME, for example header:X-Event-Id", DeliveryValueRemedy, IsBeyondSchema: true),
        new("""{ "handshake": { "when": { "type": "ping" }, "text": { "hmac": "a", "sha": "b" } } }""", "$.handshake.text.sha", "\"sha\" is not a setting", "Remove it; known here: hmac"),
        new("""{ "handshake": { "when": { "type": "ping" }, "json": "challenge" } }""", "$.handshake.json", "it is not an object", "Write { \"name\": value }"),
        new("""{ "handshake": { "when": { "type": "ping" }, "headers": [] } }""", "$.handshake.headers", "it is not an object", "Write { \"name\": value }"),
        new("""{ "handshake": { "when": { "type": "ping" }, "headers": { "X Echo": "challenge" } } }""", "$.handshake.headers['X Echo']", "it is not the name of a header",
            "Write a name without spaces and colons", IsBeyondSchema: true),
        new("""{ "handshake": { "when": { "type": "ping", "a.": true } } }""", "$.handshake.when['a.']", NoJmesPath, DeliveryValueRemedy, IsBeyondSchema: true),
        new("""{ "handshake": { "when": { "type": "ping", "query:a": 5 } } }""", "$.handshake.when['query:a']", "a number stands where a text is expected", ConditionRemedy),
        new("""{ "handshake": { "when": { "type": "ping", "query:a": false } } }""", "$.handshake.when['query:a']", "a boolean stands where a text is expected", ConditionRemedy),
        new("""{ "handshake": { "when": { "type": "ping", "query:a": ["b", ""] } } }""", "$.handshake.when['query:a'][1]", "it is empty", ConditionRemedy),
    ];

    private static IEnumerable<WrongSource> Acknowledgements =>
    [
        new("""{ "acknowledge": 202 }""", "$.acknowledge", "a number stands where an object is expected", "Write an object with status, contentType or body"),
        new("""{ "acknowledge": { "status": "202" } }""", "$.acknowledge.status", "it is not a whole number in range", "Write a number from 200 to 299"),
        new("""{ "acknowledge": { "body": { "ok": true } } }""", "$.acknowledge.body", "an object stands where a text is expected", "Write the body as text"),
        new("""{ "acknowledge": { "status": 204, "body": "ok" } }""", "$.acknowledge.body", "a status of 204 allows no body", "Remove it, or write another status", IsBeyondSchema: true),
        new("""{ "acknowledge": { "contentType": 5 } }""", "$.acknowledge.contentType", "a number stands where a text is expected", MediaTypeRemedy),
        new("""{ "acknowledge": { "contentType": "xml" } }""", "$.acknowledge.contentType", "it is not a media type", MediaTypeRemedy, IsBeyondSchema: true),
    ];

    private static IEnumerable<WrongSource> Maps =>
    [
        new("""{ "user": null }""", "$.user", "it is missing", UserRemedy),
        new("""{ "user": 5 }""", "$.user", "a number stands where a text is expected", UserRemedy),
        new("""{ "user": "" }""", "$.user", "an expression cannot be empty", UserRemedy),
        new("""{ "user": "header:a b" }""", "$.user", "a header is written header:NAME, for example header:X-Event-Id", UserRemedy, IsBeyondSchema: true),
        new("""{ "provider": null }""", "$.provider", "it is missing", "Write the CRM behind the account: onepagecrm, outreach, pipedrive, planhat, salesforce, wix"),
        new("""{ "provider": "pipe-drive" }""", "$.provider", "\"pipe-drive\" is not known here",
            "Did you mean \"pipedrive\"? It can be onepagecrm, outreach, pipedrive, planhat, salesforce or wix"),
        new("""{ "provider": "salesforce", "map": { "email": "e", "last_name": "l" } }""", "$.map",
            "salesforce requires first_name on every update, and nothing supplies it", "Add \"first_name\": an expression", IsBeyondSchema: true),
        new("""{ "map": { "email": "e", "first_name": "f" } }""", "$.map.first_name",
            "pipedrive does not take first_name (Truto's API reference, 2026-11)", "Remove it, or send the CRM's own field through \"remote_data\"", IsBeyondSchema: true),
        new("""{ "map": null }""", "$.map", "it is missing", "Write { \"email\": expression, … }"),
        new("""{ "map": "email" }""", "$.map", "a text stands where an object is expected",
            "Write an object with email, name, first_name, last_name, is_active, custom_fields or remote_data"),
        new("""{ "map": {} }""", "$.map", "no field is mapped", "Write { \"email\": expression, … }"),
        new("""{ "map": { "emial": "email" } }""", "$.map.emial", "\"emial\" is not a setting",
            "Remove it; known here: email, name, first_name, last_name, is_active, custom_fields, remote_data"),
        new("""{ "map": { "e_mail": "email" } }""", "$.map.e_mail", "\"e_mail\" is not a setting", "Did you mean \"email\"?"),
        new("""{ "map": { "email": null } }""", "$.map.email", "it is missing", RuleRemedy),
        new("""{ "map": { "email": ["email"] } }""", "$.map.email", "an array stands where a text is expected", RuleRemedy),
        new("""{ "map": { "email": "" } }""", "$.map.email", "an expression cannot be empty", RuleRemedy),
        new("""{ "map": { "email": {} } }""", "$.map.email", "it has neither \"from\" nor \"value\"", RuleRemedy),
        new("""{ "map": { "email": { "form": "email" } } }""", "$.map.email.form", "\"form\" is not a setting", "Remove it; known here: from, value, values, default, null"),
        new("""{ "map": { "email": { "fro": "email" } } }""", "$.map.email.fro", "\"fro\" is not a setting", "Did you mean \"from\"?"),
        new("""{ "map": { "email": { "from": 5 } } }""", "$.map.email.from", "a number stands where a text is expected", RuleRemedy),
        new("""{ "map": { "email": { "from": "email", "value": "a@example.com" } } }""", "$.map.email", "it is both an expression and a constant", "Write either \"from\" or \"value\""),
        new("""{ "map": { "email": { "from": "email", "values": {} } } }""", "$.map.email.values", "it is not a table of values", "Write { \"what comes\": what to send }"),
        new("""{ "map": { "email": { "from": "email", "values": ["a"] } } }""", "$.map.email.values", "it is not a table of values", "Write { \"what comes\": what to send }"),
        new("""{ "map": { "email": { "from": "email", "null": "clear" } } }""", "$.map.email.null", "\"clear\" is not known here", "Write send or omit"),
        new("""{ "map": { "email": { "value": 5 } } }""", "$.map.email.value", "a number stands where a text is expected", "Write a text"),
        new("""{ "map": { "email": { "from": "email", "default": false } } }""", "$.map.email.default", "a boolean stands where a text is expected", "Write a text"),
        new("""{ "map": { "is_active": { "from": "state", "values": { "on": "yes" } } } }""", "$.map.is_active.values.on", "a text stands where true or false is expected", "Write true or false"),
        new("""{ "map": { "remote_data": { "value": "text" } } }""", "$.map.remote_data.value", "a text stands where an object is expected", "Write an object"),
        new("""{ "map": { "remote_data": { "tier": 5 } } }""", "$.map.remote_data.tier", "a number stands where a text is expected", RuleRemedy),
        new("""{ "map": { "remote_data": { "a": { "b c": "a." } } } }""", "$.map.remote_data.a['b c']", NoJmesPath, RuleRemedy, IsBeyondSchema: true),
        new("""{ "map": { "remote_data": { "a": { "from": "x", "valeus": { "1": "2" } } } } }""", "$.map.remote_data.a.valeus", "\"valeus\" is not a setting", "Did you mean \"value\"?"),
    ];

    private static IEnumerable<WrongSource> Events =>
    [
        new("""{ "events": "data" }""", "$.events", "a text stands where an object is expected", "Write an object with format, path or unwrap"),
        new("""{ "events": { "format": "cloudevent" } }""", "$.events.format", "\"cloudevent\" is not known here",
            "Did you mean \"cloudevents\"? It can be json, json-lines, form, xml, jwt or cloudevents"),
        new("""{ "events": { "format": ["json", 5] } }""", "$.events.format[1]", "a number stands where a word is expected", "Write json, json-lines, form, xml, jwt or cloudevents"),
        new("""{ "events": { "path": "a." } }""", "$.events.path", NoJmesPath, PathRemedy, IsBeyondSchema: true),
        new("""{ "events": { "path": ["a", 5] } }""", "$.events.path[1]", "a number stands where a text is expected", PathRemedy),
        new("""{ "events": { "unwrap": 5 } }""", "$.events.unwrap", "a number stands where a text is expected", "Write the paths at which a text holds JSON, for example [\"data\"]"),
        new("""{ "id": 5 }""", "$.id", "a number stands where a text is expected", ExpressionsRemedy),
        new("""{ "id": ["a", null] }""", "$.id[1]", "it is missing", ExpressionsRemedy),
        new("""{ "type": ["a", "b."] }""", "$.type[1]", NoJmesPath, ExpressionsRemedy, IsBeyondSchema: true),
        new("""{ "time": "a." }""", "$.time", NoJmesPath, "Write an expression for the time of occurrence", IsBeyondSchema: true),
        new("""{ "when": "a." }""", "$.when", NoJmesPath, "Write an expression that is true for user changes", IsBeyondSchema: true),
        new("""{ "when": ["a"] }""", "$.when", "an array stands where an object is expected", "Write an object with type or is"),
        new("""{ "when": { "types": "user.*" } }""", "$.when.types", "\"types\" is not a setting", "Did you mean \"type\"?"),
        new("""{ "when": { "type": 5 } }""", "$.when.type", "a number stands where a text is expected", "Write the types of user changes, for example \"user.updated\" or \"user.*\""),
        new("""{ "when": { "is": true } }""", "$.when.is", "a boolean stands where a text is expected", "Write an expression that is true for user changes"),
    ];

    private static IEnumerable<WrongSource> Trutos =>
    [
        new("""{ "account": null }""", "$.account", "it is missing", AccountRemedy),
        new("""{ "account": "acme" }""", "$.account", "it is not a UUID", AccountRemedy),
        new("""{ "truto": "token" }""", "$.truto", "a text stands where an object is expected",
            "Write an object with token, responseFormat, ignoreRemoteData, excludeFields, remoteQuery or sendUnchanged"),
        new("""{ "truto": { "token": "eyJ.value.of-a-token" } }""", "$.truto.token", "it is not the name of a secret", SecretRemedy),
        new("""{ "truto": { "token": ["a", "b"] } }""", "$.truto.token", "an array stands where one name is expected", "Write the name of the secret that holds the API token"),
        new("""{ "truto": { "responseFormat": "stream" } }""", "$.truto.responseFormat", "\"stream\" is not known here", "Write unified, raw or normalized"),
        new("""{ "truto": { "ignoreRemoteData": 1 } }""", "$.truto.ignoreRemoteData", "a number stands where true or false is expected", "Write true or false, without quotes"),
        new("""{ "truto": { "excludeFields": [5] } }""", "$.truto.excludeFields[0]", "a number stands where a text is expected", "Write the names of fields"),
        new("""{ "truto": { "remoteQuery": "a=1" } }""", "$.truto.remoteQuery", "it is not an object", "Write { \"parameter\": value }"),
    ];
}
