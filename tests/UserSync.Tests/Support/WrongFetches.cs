namespace UserSync.Tests.Support;

/// <summary>One source for every mistake in the setting <c>fetch</c>, in the order of the readers.</summary>
internal static class WrongFetches
{
    private const string Settings = "base, path, query, headers, body, auth, time, deleted, gone, allowPrivateAddresses";
    private const string BaseRemedy = "Write the part of the address that is the same for every record, for example \"https://acme.okta.com\"";
    private const string PathRemedy = "Write the path below \"base\" with expressions in braces, for example \"/api/v1/users/{event.data.id}\"";
    private const string TemplateRemedy = "Write expressions in braces, for example \"/users/{event.data.id}\"";
    private const string QueryRemedy = "Write { \"parameter\": \"text with {expressions}\" }";
    private const string HeadersRemedy = "Write { \"Name\": \"value\" }";
    private const string AuthRemedy = "Write { \"scheme\": … } with one of bearer, basic, header, oauth2, google, none";
    private const string SecretRemedy = "Write the name of the secret that the source system gave you";
    private const string NameRemedy = "Write the name of a secret: letters, digits and dashes. Its value belongs into the secret store";
    private const string TokenUrlRemedy = "Write the https address at which tokens are asked for";
    private const string TimeRemedy = "Write an expression for the time of the record's last change, for example \"record.lastUpdated\"";
    private const string DeletedRemedy = "Write an expression that is true for a record that is only kept, for example \"record.isDeleted\"";
    private const string GoneRemedy = "Write \"skip\", \"fail\", or fields to write then, for example { \"is_active\": false }";
    private const string ParametersRemedy = "Write { \"parameter\": \"value\" }, for example { \"audience\": \"https://api.example.com\" }";
    private const string NotHttps = "it is not an https address of ASCII letters, without credentials, query, fragment or escapes";
    private const string Both = "Begin with event. for what the sender wrote, or with record. for what was fetched";
    private const string AllowRemedy = "Add \"allowPrivateAddresses\": true to \"fetch\" where that is meant";

    internal static readonly IReadOnlyList<WrongSource> All =
    [
        .. Bases, .. Paths, .. Queries, .. Requests, .. Auths, .. Tokens, .. Records, .. Mappings,
    ];

    private static IEnumerable<WrongSource> Bases =>
    [
        new("""{ "fetch": "https://directory.example.com" }""", "$.fetch", "a text stands where an object is expected",
            "Write an object with base, path, query, headers, body, auth, time, deleted, gone or allowPrivateAddresses"),
        new("""{ "preset": "oktaa", "fetch": { "base": "https://acme.okta.com", "auth": { "secret": "a" } } }""", "$.preset", "there is no preset \"oktaa\"", "Did you mean \"okta\"?"),
        Of("""{ "colour": "blue" }""", "colour", "\"colour\" is not a setting", $"Remove it; known here: {Settings}"),
        Of("""{ "pth": "/" }""", "pth", "\"pth\" is not a setting", "Did you mean \"path\"?"),
        Of("""{ "base": null }""", "base", "it is missing", BaseRemedy, isBeyondSchema: true),
        Of("""{ "base": 5 }""", "base", "a number stands where a text is expected", BaseRemedy),
        Of("""{ "base": "" }""", "base", "it is empty", BaseRemedy),
        Of("""{ "base": "https://{event.host}" }""", "base", "it is fixed: nothing of an event can stand in it", BaseRemedy),
        Of("""{ "base": "directory.example.com" }""", "base", NotHttps, BaseRemedy),
        Of("""{ "base": "http://directory.example.com" }""", "base", NotHttps, BaseRemedy),
        Of("""{ "base": "ftp://directory.example.com" }""", "base", NotHttps, BaseRemedy),
        Of("""{ "base": "file:///etc/passwd" }""", "base", NotHttps, BaseRemedy),
        Of("""{ "base": "https://user:password@directory.example.com" }""", "base", NotHttps, BaseRemedy),
        Of("""{ "base": "https://directory.example.com?a=1" }""", "base", NotHttps, BaseRemedy),
        Of("""{ "base": "https://directory.example.com#a" }""", "base", NotHttps, BaseRemedy),
        Of("""{ "base": "https://directory.example.com/%2e%2e" }""", "base", NotHttps, BaseRemedy),
        Of("""{ "base": "https://directory.example.com//v1" }""", "base", NotHttps, BaseRemedy, isBeyondSchema: true),
        Of("""{ "base": "https:\\\\directory.example.com" }""", "base", NotHttps, BaseRemedy),
        Of("""{ "base": "https://directory.example.com\\v1" }""", "base", NotHttps, BaseRemedy),
        Of("""{ "base": "https://b\u00fccher.example.com" }""", "base", NotHttps, BaseRemedy, isBeyondSchema: true),
        Of("""{ "base": "https://\uff4c\uff4f\uff43\uff41\uff4c\uff48\uff4f\uff53\uff54" }""", "base", NotHttps, BaseRemedy, isBeyondSchema: true),
        Of("""{ "base": "https://directory.example.com:99999" }""", "base", NotHttps, BaseRemedy, isBeyondSchema: true),
        Of("""{ "base": "https://directory.example.com/v1/../admin" }""", "base", "it has a dot segment in its path", BaseRemedy, isBeyondSchema: true),
        Of("""{ "base": "https://directory.example.com/." }""", "base", "it has a dot segment in its path", BaseRemedy, isBeyondSchema: true),
        Of("""{ "base": "http://localhost:8080" }""", "base", "it is in a private network", AllowRemedy, isBeyondSchema: true),
        Of("""{ "base": "https://localhost" }""", "base", "it is in a private network", AllowRemedy, isBeyondSchema: true),
        Of("""{ "base": "https://127.0.0.1" }""", "base", "it is in a private network", AllowRemedy, isBeyondSchema: true),
        Of("""{ "base": "https://2130706433" }""", "base", "it is in a private network", AllowRemedy, isBeyondSchema: true),
        Of("""{ "base": "https://0x7f.1" }""", "base", "it is in a private network", AllowRemedy, isBeyondSchema: true),
        Of("""{ "base": "https://10.1.2.3/hr" }""", "base", "it is in a private network", AllowRemedy, isBeyondSchema: true),
        Of("""{ "base": "https://[::1]" }""", "base", "it is in a private network", AllowRemedy, isBeyondSchema: true),
        Of("""{ "base": "https://[::ffff:192.168.1.1]" }""", "base", "it is in a private network", AllowRemedy, isBeyondSchema: true),
        Of("""{ "base": "https://[fd12:3456::1]" }""", "base", "it is in a private network", AllowRemedy, isBeyondSchema: true),
        Of("""{ "base": "https://169.254.169.254/latest" }""", "base", "no source system is at such an address", BaseRemedy, isBeyondSchema: true),
        Of("""{ "base": "https://169.254.169.254", "allowPrivateAddresses": true }""", "base", "no source system is at such an address", BaseRemedy, isBeyondSchema: true),
        Of("""{ "base": "https://[fe80::1]", "allowPrivateAddresses": true }""", "base", "no source system is at such an address", BaseRemedy, isBeyondSchema: true),
        Of("""{ "base": "http://10.1.2.3", "allowPrivateAddresses": true }""", "base", NotHttps, BaseRemedy),
    ];

    private static IEnumerable<WrongSource> Paths =>
    [
        Of("""{ "path": null }""", "path", "it is missing", PathRemedy, isBeyondSchema: true),
        Of("""{ "path": 5 }""", "path", "a number stands where a text is expected", PathRemedy),
        Of("""{ "path": "users/{event.id}" }""", "path", "it does not begin with a slash", PathRemedy),
        Of("""{ "path": "{event.id}" }""", "path", "it does not begin with a slash", PathRemedy),
        Of("""{ "path": "@evil.example.com/{event.id}" }""", "path", "it does not begin with a slash", PathRemedy),
        Of("""{ "path": "//evil.example.com/{event.id}" }""", "path", "it has a dot segment or an empty one", PathRemedy, isBeyondSchema: true),
        Of("""{ "path": "/a/../{event.id}" }""", "path", "it has a dot segment or an empty one", PathRemedy, isBeyondSchema: true),
        Of("""{ "path": "/./{event.id}" }""", "path", "it has a dot segment or an empty one", PathRemedy, isBeyondSchema: true),
        Of("""{ "path": "/%2e%2e/{event.id}" }""", "path", "it holds what is no part of a path, or an escape", PathRemedy, isBeyondSchema: true),
        Of("""{ "path": "/a?b={event.id}" }""", "path", "it holds what is no part of a path, or an escape", PathRemedy, isBeyondSchema: true),
        Of("""{ "path": "/a#{event.id}" }""", "path", "it holds what is no part of a path, or an escape", PathRemedy, isBeyondSchema: true),
        Of("""{ "path": "/a\\{event.id}" }""", "path", "it holds what is no part of a path, or an escape", PathRemedy, isBeyondSchema: true),
        Of("""{ "path": "/users" }""", "path", "nothing of an event stands in it or in the query, so every event would fetch the same record", PathRemedy, isBeyondSchema: true),
        Of("""{ "path": "/users/{event.id" }""", "path", "a brace in it has no other half", TemplateRemedy, isBeyondSchema: true),
        Of("""{ "path": "/users/event.id}" }""", "path", "a brace in it has no other half", TemplateRemedy, isBeyondSchema: true),
        Of("""{ "path": "/users/{}" }""", "path", "an expression cannot be empty", TemplateRemedy, isBeyondSchema: true),
        Of("""{ "path": "/users/{event.}" }""", "path", "it is not a JMESPath expression: Error(1, 5): syntax, near ''", TemplateRemedy, isBeyondSchema: true),
        Of("""{ "path": "/users/{id}" }""", "path", "with \"fetch\" there is nothing called id here", "Begin with event.", isBeyondSchema: true),
        Of("""{ "path": "/users/{record.id}" }""", "path", "there is no record yet where its address is made", "Begin with event.", isBeyondSchema: true),
    ];

    private static IEnumerable<WrongSource> Queries =>
    [
        Of("""{ "query": "a=b" }""", "query", "it is not an object", QueryRemedy),
        Of("""{ "query": { "a": 5 } }""", "query.a", "a number stands where a text is expected", QueryRemedy),
        Of("""{ "query": { "a": " " } }""", "query.a", "it is empty", QueryRemedy),
        Of("""{ "query": { "$a": "{event.id" } }""", "query['$a']", "a brace in it has no other half", TemplateRemedy, isBeyondSchema: true),
        Of("""{ "query": { "a": "{data.id}" } }""", "query.a", "with \"fetch\" there is nothing called data here", "Begin with event.", isBeyondSchema: true),
    ];

    private static IEnumerable<WrongSource> Requests =>
    [
        Of("""{ "headers": "Accept: a" }""", "headers", "it is not an object", HeadersRemedy),
        Of("""{ "headers": { "X-Version": 5 } }""", "headers['X-Version']", "a number stands where a text is expected", HeadersRemedy),
        Of("""{ "headers": { "X-Version": "a\nb" } }""", "headers['X-Version']", "no header can hold it", "Write visible ASCII characters and spaces"),
        Of("""{ "headers": { "Authorization": "Bearer a" } }""", "headers.Authorization", "it is not a header that can be set", "Remove it; \"auth\" says how we are recognized", isBeyondSchema: true),
        Of("""{ "headers": { "host": "evil.example.com" } }""", "headers.host", "it is not a header that can be set", "Remove it; \"auth\" says how we are recognized", isBeyondSchema: true),
        Of("""{ "headers": { "A B": "c" } }""", "headers['A B']", "it is not a header that can be set", "Remove it; \"auth\" says how we are recognized", isBeyondSchema: true),
        Of("""{ "body": "{event.id}" }""", "body", "it is not an object", "Write the JSON object that the source system is to be asked with; nothing of an event can stand in it"),
        Of("""{ "allowPrivateAddresses": "yes" }""", "allowPrivateAddresses", "a text stands where true or false is expected", "Write true or false, without quotes"),
    ];

    private static IEnumerable<WrongSource> Auths =>
    [
        Of("""{ "auth": null }""", "auth", "nothing says how the source system recognizes us", AuthRemedy, isBeyondSchema: true),
        Of("""{ "auth": "bearer" }""", "auth", "nothing says how the source system recognizes us", AuthRemedy),
        Of("""{ "auth": { "secret": "a" } }""", "auth.scheme", "it is missing", AuthRemedy, isBeyondSchema: true),
        Of("""{ "auth": { "scheme": "bearr", "secret": "a" } }""", "auth.scheme", "\"bearr\" is not known here", "Did you mean \"bearer\"? It can be bearer, basic, header, oauth2, google or none"),
        Of("""{ "auth": { "scheme": "bearer" } }""", "auth.secret", "it is missing", SecretRemedy, isBeyondSchema: true),
        Of("""{ "auth": { "scheme": "bearer", "secret": ["a", "b"] } }""", "auth.secret", "an array stands where one name is expected", SecretRemedy),
        Of("""{ "auth": { "scheme": "basic", "secret": "user:password" } }""", "auth.secret", "it is not the name of a secret", NameRemedy),
        Of("""{ "auth": { "scheme": "basic", "secret": "a", "name": "X" } }""", "auth.name", "\"name\" is not a setting", "Remove it; known here: scheme, secret"),
        Of("""{ "auth": { "scheme": "header", "secret": "a" } }""", "auth.name", "it is missing", "Write the name of the header that carries the secret", isBeyondSchema: true),
        Of("""{ "auth": { "scheme": "header", "secret": "a", "name": "X Y" } }""", "auth.name", "it is not the name of a header", "Write the name of the header that carries the secret", isBeyondSchema: true),
        Of("""{ "auth": { "scheme": "header", "secret": "a", "name": "X", "prefix": 5 } }""", "auth.prefix", "a number stands where a text is expected", "Write what stands before the secret, for example \"SSWS \""),
        Of("""{ "auth": { "scheme": "header", "secret": "a", "name": "X", "prefix": "a\nb" } }""", "auth.prefix", "no header can hold it", "Write visible ASCII characters and spaces"),
        Of("""{ "auth": { "scheme": "none" } }""", "auth", "the source system gives its records to anybody who asks", "Keep it only where that is so", isBeyondSchema: true),
    ];

    private static IEnumerable<WrongSource> Tokens =>
    [
        Of("""{ "auth": { "scheme": "oauth2", "secret": "a", "client": "c" } }""", "auth.tokenUrl", "it is missing", TokenUrlRemedy, isBeyondSchema: true),
        Of("""{ "auth": { "scheme": "oauth2", "secret": "a", "client": "c", "tokenUrl": "http://login.example.com/token" } }""", "auth.tokenUrl", NotHttps, TokenUrlRemedy),
        Of("""{ "auth": { "scheme": "oauth2", "secret": "a", "client": "c", "tokenUrl": "https://10.0.0.1/token" } }""", "auth.tokenUrl", "it is in a private network", AllowRemedy, isBeyondSchema: true),
        Of("""{ "auth": { "scheme": "oauth2", "secret": "a", "tokenUrl": "https://login.example.com/token" } }""", "auth.client", "it is missing",
            "Write the id of the client, which the source system gave you", isBeyondSchema: true),
        OfOauth2("\"scope\": 5", "scope", "a number stands where a text is expected", "Write the scopes, with spaces between them"),
        OfOauth2("\"parameters\": \"a=b\"", "parameters", "it is not an object", ParametersRemedy),
        OfOauth2("\"parameters\": { \"a\": 5 }", "parameters.a", "a number stands where a text is expected", ParametersRemedy),
        OfOauth2("\"credentials\": \"query\"", "credentials", "\"query\" is not known here", "Write body or header"),
        OfOauth2("\"subject\": \"a\"", "subject", "\"subject\" is not a setting", "Remove it; known here: scheme, secret, tokenUrl, client, scope, parameters, credentials"),
        Of("""{ "auth": { "scheme": "google", "secret": "a", "scope": "s" } }""", "auth.subject", "it is missing",
            "Write the e-mail address of the administrator for whom the service account acts", isBeyondSchema: true),
        Of("""{ "auth": { "scheme": "google", "secret": "a", "subject": "admin@example.com" } }""", "auth.scope", "it is missing", "Write the scopes, with spaces between them", isBeyondSchema: true),
        Of("""{ "auth": { "scheme": "google", "secret": "a", "subject": "admin@example.com", "scope": "s", "tokenUrl": "http://evil.example.com" } }""", "auth.tokenUrl", NotHttps,
            "Remove it, or write the address at which tokens are asked for; Google's is https://oauth2.googleapis.com/token"),
    ];

    private static IEnumerable<WrongSource> Records =>
    [
        Of("""{ "time": 5 }""", "time", "a number stands where a text is expected", TimeRemedy),
        Of("""{ "time": "record." }""", "time", "it is not a JMESPath expression: Error(1, 6): syntax, near ''", TimeRemedy, isBeyondSchema: true),
        Of("""{ "time": "lastUpdated" }""", "time", "with \"fetch\" there is nothing called lastUpdated here", Both, isBeyondSchema: true),
        Of("""{ "deleted": true }""", "deleted", "a boolean stands where a text is expected", DeletedRemedy),
        Of("""{ "deleted": "isDeleted" }""", "deleted", "with \"fetch\" there is nothing called isDeleted here", Both, isBeyondSchema: true),
        Of("""{ "gone": "skipped" }""", "gone", "\"skipped\" is not known here", "Write skip or fail"),
        Of("""{ "gone": false }""", "gone", "a boolean stands where a word or an object is expected", GoneRemedy),
        Of("""{ "gone": {} }""", "gone", "no field is named", GoneRemedy),
        Of("""{ "gone": { "is_activ": false } }""", "gone.is_activ", "\"is_activ\" is not a setting", "Did you mean \"is_active\"?"),
        Of("""{ "gone": { "is_active": "false" } }""", "gone.is_active", "a text stands where true or false is expected", "Write true or false"),
        Of("""{ "gone": { "first_name": "Gone" } }""", "gone.first_name", "pipedrive does not take first_name (Truto's API reference, 2026-11)",
            "Remove it, or send the CRM's own field through \"remote_data\"", isBeyondSchema: true),
    ];

    private static IEnumerable<WrongSource> Mappings =>
    [
        new(TestFetch.Changes(source: """{ "user": "data.id" }"""), "$.user", "with \"fetch\" there is nothing called data here", Both, IsBeyondSchema: true),
        new(TestFetch.Changes(source: """{ "map": { "email": "email" } }"""), "$.map.email", "with \"fetch\" there is nothing called email here", Both, IsBeyondSchema: true),
        new(TestFetch.Changes(source: """{ "map": { "is_active": { "from": "active", "values": { "yes": true } } } }"""), "$.map.is_active.from",
            "with \"fetch\" there is nothing called active here", Both, IsBeyondSchema: true),
        new(TestFetch.Changes(source: """{ "map": { "remote_data": { "a": { "b": "c.d" } } } }"""), "$.map.remote_data.a.b",
            "with \"fetch\" there is nothing called c here", Both, IsBeyondSchema: true),
    ];

    private static WrongSource Of(string changes, string path, string problem, string remedy, bool isBeyondSchema = false) =>
        new(TestFetch.Changes(changes), $"$.fetch.{path}", problem, remedy, isBeyondSchema);

    private static WrongSource OfOauth2(string member, string path, string problem, string remedy) => Of(
        $$"""{ "auth": { "scheme": "oauth2", "secret": "a", "client": "c", "tokenUrl": "https://login.example.com/token", {{member}} } }""", $"auth.{path}", problem, remedy);
}
