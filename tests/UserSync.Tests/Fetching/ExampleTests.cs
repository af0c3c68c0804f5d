using System.Text.Json;
using System.Text.Json.Nodes;
using Truto.Sandbox;
using UserSync.Outcomes;
using UserSync.Tests.Fetching.Vendors;
using UserSync.Tests.Support;

namespace UserSync.Tests.Fetching;

/// <summary>
/// The examples in <c>docs/examples</c>, with only their names filled in, on the deliveries that were recorded: from the door through
/// the queue and a restart, over the vendor's API with its own authentication, to the CRM.
/// </summary>
public sealed class ExampleTests : IAsyncLifetime
{
    private const string Account = "62f44730-dd91-461e-bd6a-aedd9e0ad79d";
    private const string CrmUser = "0055g00000AbCdE";
    private const string SigningSecret = "signing-s3cret";

    private readonly Folder sources = new();
    private readonly Folder data = new();
    private readonly SandboxTruto truto = new(TimeProvider.System, new SandboxOptions());
    private SandboxServer crm = null!;
    private SourceServer system = null!;

    public static TheoryData<string> AllExamples => [.. Shipped.FetchExamples.Select(path => Path.GetFileName(path))];

    public async ValueTask InitializeAsync() => crm = await SandboxServer.StartAsync(truto, cancellationToken: TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await crm.DisposeAsync();
        if (system is not null)
        {
            await system.DisposeAsync();
        }

        data.Dispose();
        sources.Dispose();
    }

    [Fact]
    public void There_is_an_example_for_each_preset_that_fetches() => Assert.Equal(
        UserSync.Sources.Presets.All.Where(preset => preset.Settings.TryGetProperty("fetch", out _)).Select(preset => $"{preset.Name}.json"),
        Shipped.FetchExamples.Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(AllExamples))]
    public async Task An_example_has_no_mistake_and_validates(string file)
    {
        var json = await File.ReadAllTextAsync(Shipped.FetchExamples.Single(path => Path.GetFileName(path) == file), TestContext.Current.CancellationToken);

        Assert.Empty(TestSource.Read(json).Findings);
        Assert.Empty(await Schemas.SourceErrorsAsync(json));
    }

    [Fact]
    public async Task Okta()
    {
        var vendor = new Okta();
        vendor.Users["00u1ab2cd3EF4gh5ij6k"] = Parse($$"""
            {
              "id": "00u1ab2cd3EF4gh5ij6k", "status": "DEPROVISIONED", "created": "2020-01-01T00:00:00.000Z", "lastUpdated": "2025-12-31T23:59:58.000Z",
              "profile": { "login": "amelia.ortiz@example.com", "email": "amelia.ortiz@example.com", "firstName": "Amelia", "lastName": "Ortiz-Vega", "salesforceUserId": "{{CrmUser}}" }
            }
            """);

        // Two events of one delivery are about the same user.
        var ended = await RunAsync(vendor, "okta", 2);

        Assert.All(ended, conclusion => Assert.Contains(conclusion.Status, (OutcomeStatus[])[OutcomeStatus.Applied, OutcomeStatus.Skipped]));
        AssertUser("amelia.ortiz@example.com", "Amelia", "Ortiz-Vega", isActive: false);
        Assert.Single(system.Received);
        Assert.InRange(truto.Calls.Total, 1, 2);
    }

    [Fact]
    public async Task Microsoft_Graph()
    {
        var vendor = new MicrosoftGraph();
        vendor.Users["87d349ed-44d7-43e1-9a83-5f2406dee5bd"] = Parse($$"""
            {
              "id": "87d349ed-44d7-43e1-9a83-5f2406dee5bd", "displayName": "Adele Vance", "givenName": "Adele", "surname": "Vance", "mail": null,
              "userPrincipalName": "adelev@example.com", "accountEnabled": true, "onPremisesExtensionAttributes": { "extensionAttribute1": "{{CrmUser}}" }
            }
            """);

        var ended = await RunAsync(vendor, "microsoft-graph", 2);

        // One was changed, one was deleted.
        Assert.Equal([null, SkipReason.Gone], ended.Select(conclusion => conclusion.SkipReason).Order());
        Assert.Equal(CrmUser, ended.Single(conclusion => conclusion.Status == OutcomeStatus.Applied).UserId);
        AssertUser("adelev@example.com", "Adele", "Vance", isActive: true);
        Assert.Single(system.Received, request => request.Target.EndsWith("/token", StringComparison.Ordinal));
        Assert.Equal(3, system.Received.Count);
    }

    [Fact]
    public async Task Google_Directory()
    {
        using var vendor = new GoogleDirectory();
        vendor.Users["111220860655841818702"] = Parse($$$"""
            {
              "kind": "admin#directory#user", "id": "111220860655841818702", "primaryEmail": "user@mydomain.com", "name": { "givenName": "Liz", "familyName": "Smith", "fullName": "Liz Smith" },
              "suspended": true, "customSchemas": { "CRM": { "salesforceUserId": "{{{CrmUser}}}" } }
            }
            """);

        var ended = await RunAsync(vendor, "google-directory", 1, ("X-Goog-Resource-State", "update"));

        Assert.Equal((OutcomeStatus.Applied, CrmUser), (Assert.Single(ended).Status, ended[0].UserId));
        AssertUser("user@mydomain.com", "Liz", "Smith", isActive: false);
    }

    [Fact]
    public async Task BambooHR()
    {
        var vendor = new BambooHr();
        vendor.Users["67890"] = Parse($$"""
            { "id": "67890", "displayName": "Grace Hopper", "workEmail": "grace@example.com", "status": "Inactive", "lastChanged": "2026-01-01T00:00:00+00:00", "customCRMUserID": "{{CrmUser}}", "ssn": "000-00-0000" }
            """);

        await RunAsync(vendor, "bamboohr.event", 1);

        AssertUser("grace@example.com", null, null, isActive: false, name: "Grace Hopper");
    }

    [Fact]
    public async Task HiBob()
    {
        var vendor = new HiBob();
        vendor.Users["3332883884017713938"] = Parse($$$"""
            { "id": "3332883884017713938", "email": "alan@example.com", "displayName": "Alan Turing", "internal": { "status": "Active" }, "custom": { "field_1600000000001": "{{{CrmUser}}}" } }
            """);

        await RunAsync(vendor, "hibob", 1);

        AssertUser("alan@example.com", null, null, isActive: true, name: "Alan Turing");
    }

    [Theory]
    [InlineData("okta")]
    [InlineData("microsoft-graph")]
    [InlineData("google-directory")]
    [InlineData("bamboohr.event")]
    [InlineData("hibob")]
    public async Task With_the_wrong_credentials_no_vendor_gives_a_record(string delivery)
    {
        using var google = new GoogleDirectory();
        Vendor vendor = delivery switch { "okta" => new Okta(), "microsoft-graph" => new MicrosoftGraph(), "google-directory" => google, "hibob" => new HiBob(), _ => new BambooHr() };
        using var other = new GoogleDirectory();
        var (name, secrets) = await ConfigureAsync(vendor, delivery, delivery == "google-directory" ? other.Credentials : "wrong");
        var source = sources.Load().Find(name)!;
        await using var services = TestServices.Build(secrets);
        var body = Recorded(delivery).Body;

        var result = await services.Fetcher().FetchAsync(source, source.EventsIn(Deliveries.Of(body))[0], TestContext.Current.CancellationToken);

        Assert.Equal("record-unauthorized", result.Failure!.Cause);
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    private static (string Body, IReadOnlyList<(string Name, string Value)> Headers) Recorded(string delivery)
    {
        var file = JsonElement.Parse(File.ReadAllText(Shipped.Delivery(delivery)));
        return (file.GetProperty("body_raw").GetString()!, [.. file.GetProperty("headers").EnumerateObject().Select(header => (header.Name, header.Value.GetString()!))]);
    }

    /// <summary>Delivers, restarts, and processes.</summary>
    private async Task<IReadOnlyList<Conclusion>> RunAsync(Vendor vendor, string delivery, int events, params (string Name, string Value)[] changed)
    {
        var (name, settings) = await ConfigureAsync(vendor, delivery, vendor.Credentials);
        var database = Path.Combine(data.Path, "sync.db");
        var (body, headers) = Recorded(delivery);
        var identifying = headers.Where(header => header.Name.StartsWith("X-Goog-", StringComparison.Ordinal) && header.Name != "X-Goog-Channel-Token");
        await using (var first = Deployment.Start(sources, database, settings))
        {
            var answer = await first.DeliverAsync(name, body, SigningSecret, identifying.Concat(changed));
            Assert.InRange(answer.Status, 200, 202);
            Assert.Equal(events, (await first.Outcomes.AllAsync()).Count);
        }

        Assert.Empty(system.Received);
        await using var second = Deployment.Start(sources, database, settings);
        await second.StartWorkerAsync();
        return await second.Outcomes.EndedAsync(events);
    }

    /// <summary>Fills the names into an example, and starts the vendor and the CRM.</summary>
    private async Task<(string Name, IReadOnlyList<(string, string)> Settings)> ConfigureAsync(Vendor vendor, string delivery, string credentials)
    {
        system = await SourceServer.StartAsync(vendor.AnswerAsync);
        var name = delivery.Split('.')[0];
        var source = Parse(await File.ReadAllTextAsync(Shipped.FetchExamples.Single(path => Path.GetFileNameWithoutExtension(path) == name), TestContext.Current.CancellationToken));
        source["account"] = Account;
        var fetch = source["fetch"]!.AsObject();
        fetch["allowPrivateAddresses"] = true;
        vendor.Locate(fetch, system.Address);
        sources.With($"{name}.json", source.ToJsonString());

        truto.PutAccount(new SandboxAccount(Account, source["provider"]!.GetValue<string>()));
        truto.PutUser(Account, new SandboxUser(CrmUser) { Email = "old@example.com", FirstName = "Old", LastName = "Name", Name = "Old Name" });
        return (name,
        [
            ("Truto:BaseAddress", crm.BaseAddress.ToString()),

            // The longest there is, however busy the machine may be.
            ("Fetching:Timeout", "00:00:30"),
            ("Secrets:truto-api-token", SandboxOptions.DefaultToken),
            ($"Secrets:{source["secrets"]![0]!.GetValue<string>()}", SigningSecret),
            ($"Secrets:{fetch["auth"]!["secret"]!.GetValue<string>()}", credentials),
        ]);
    }

    private void AssertUser(string email, string? firstName, string? lastName, bool isActive, string? name = null)
    {
        var user = truto.Find(Account, CrmUser)!;
        Assert.Equal((email, isActive), (user.Email, user.IsActive));
        Assert.Equal(firstName ?? "Old", user.FirstName);
        Assert.Equal(lastName ?? "Name", user.LastName);
        if (name is not null)
        {
            Assert.Equal(name, user.Name);
        }
    }
}
