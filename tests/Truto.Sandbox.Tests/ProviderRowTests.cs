using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Truto.Crm;

namespace Truto.Sandbox.Tests;

public sealed class ProviderRowTests
{
    private const string Everything = """
        {
          "email": "new@example.com", "first_name": "New", "last_name": "Person", "name": "Newest Person", "is_active": false,
          "custom_fields": { "tier": "gold" }, "remote_data": { "title": "CTO" }
        }
        """;

    public static TheoryData<string> Providers => [.. CrmUserSupport.Current.Providers.Select(provider => provider.Name)];

    public static TheoryData<string, string> Required => [.. CrmUserSupport.Current.Providers
        .SelectMany(provider => provider.Required.Select(name => (provider.Name, name)))];

    [Fact]
    public void The_support_matrix_has_the_six_providers_of_the_update_call() => Assert.Equal(
        ["onepagecrm", "outreach", "pipedrive", "planhat", "salesforce", "wix"],
        CrmUserSupport.Current.Providers.Select(provider => provider.Name),
        StringComparer.Ordinal);

    [Theory, MemberData(nameof(Required))]
    public async Task An_update_without_a_required_field_is_refused_and_names_it(string provider, string field)
    {
        await using var sandbox = await Sandbox.StartAsync(provider);
        var body = JsonNode.Parse(Everything)!.AsObject();
        body.Remove(field);

        var error = await sandbox.PatchAsync(body.ToJsonString()).JsonAsync(HttpStatusCode.BadRequest);

        error.IsError(HttpStatusCode.BadRequest, "Bad Request", "truto_error_insight");
        var insight = error.GetProperty("truto_error_insight").GetProperty("missing_required_body_fields");
        Assert.Equal(["description", "value"], insight.Names(), StringComparer.Ordinal);
        Assert.Equal([field], insight.GetProperty("value").EnumerateArray().Select(name => name.GetString()), StringComparer.Ordinal);
        Assert.Equal(0, sandbox.User.Revision);
    }

    [Theory, MemberData(nameof(Required))]
    public async Task A_required_field_cannot_be_cleared(string provider, string field)
    {
        await using var sandbox = await Sandbox.StartAsync(provider);
        var body = JsonNode.Parse(Everything)!.AsObject();
        body[field] = null;

        Assert.Equal(HttpStatusCode.BadRequest, await sandbox.PatchAsync(body.ToJsonString()).StatusAsync());
    }

    [Fact]
    public async Task Every_missing_field_is_named_at_once()
    {
        await using var sandbox = await Sandbox.StartAsync("salesforce");

        var error = await sandbox.PatchAsync("{}").JsonAsync(HttpStatusCode.BadRequest);

        var insight = error.GetProperty("truto_error_insight").GetProperty("missing_required_body_fields");
        Assert.Equal(
            ["email", "first_name", "last_name"],
            insight.GetProperty("value").EnumerateArray().Select(name => name.GetString()),
            StringComparer.Ordinal);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_create_needs_the_required_fields_too(string provider)
    {
        await using var sandbox = await Sandbox.StartAsync(provider);
        var expected = CrmUserSupport.Current.Find(provider)!.Required.Count == 0 ? HttpStatusCode.OK : HttpStatusCode.BadRequest;

        Assert.Equal(expected, await sandbox.SendAsync(HttpMethod.Post, Sandbox.Collection(), "{}").StatusAsync());
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task An_update_answers_exactly_the_fields_that_the_provider_answers(string provider)
    {
        await using var sandbox = await Sandbox.StartAsync(provider);

        var user = await sandbox.PatchAsync(Everything).JsonAsync();

        Assert.Equal(CrmUserSupport.Current.Find(provider)!.Answered.Order(StringComparer.Ordinal), user.Names(), StringComparer.Ordinal);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Reading_creating_and_listing_answer_the_same_fields_as_updating(string provider)
    {
        await using var sandbox = await Sandbox.StartAsync(provider);
        var expected = CrmUserSupport.Current.Find(provider)!.Answered.Order(StringComparer.Ordinal).ToArray();

        var created = await sandbox.SendAsync(HttpMethod.Post, Sandbox.Collection(), Everything).JsonAsync();
        var read = await sandbox.GetAsync(Sandbox.Path()).JsonAsync();
        var listed = await sandbox.GetAsync(Sandbox.Collection()).JsonAsync();

        Assert.Equal(expected, created.Names(), StringComparer.Ordinal);
        Assert.Equal(expected, read.Names(), StringComparer.Ordinal);
        Assert.All(listed.GetProperty("result").EnumerateArray(), user => Assert.Equal(expected, user.Names(), StringComparer.Ordinal));
        Assert.Equal(2, listed.GetProperty("result_count").GetInt32());
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Only_the_fields_that_the_provider_takes_are_applied_and_the_others_are_recorded(string provider)
    {
        await using var sandbox = await Sandbox.StartAsync(provider);
        var accepted = CrmUserSupport.Current.Find(provider)!.Accepted;
        var before = sandbox.User;

        await sandbox.PatchAsync(Everything).JsonAsync();

        var after = sandbox.User;
        Assert.Equal(accepted.Contains("email") ? "new@example.com" : before.Email, after.Email);
        Assert.Equal(accepted.Contains("first_name") ? "New" : before.FirstName, after.FirstName);
        Assert.Equal(accepted.Contains("last_name") ? "Person" : before.LastName, after.LastName);
        Assert.Equal(accepted.Contains("is_active") ? false : before.IsActive, after.IsActive);
        Assert.Equal(accepted.Contains("custom_fields"), after.CustomFields.ContainsKey("tier"));
        Assert.Equal("CTO", after.RemoteData["title"].GetString());
        Assert.Equal(
            JsonNode.Parse(Everything)!.AsObject().Select(member => member.Key)
                .Except(accepted, StringComparer.Ordinal).Order(StringComparer.Ordinal),
            sandbox.LastCall.IgnoredFields.Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("salesforce", "New Person")]
    [InlineData("outreach", "Newest Person")]
    [InlineData("pipedrive", "Newest Person")]
    public async Task A_provider_that_takes_no_name_makes_it_from_first_and_last_name(string provider, string expected)
    {
        await using var sandbox = await Sandbox.StartAsync(provider);

        await sandbox.PatchAsync(Everything).JsonAsync();

        Assert.Equal(expected, sandbox.User.Name);
    }

    [Fact]
    public async Task An_unknown_field_is_ignored_and_recorded()
    {
        await using var sandbox = await Sandbox.StartAsync();

        await sandbox.PatchAsync("""{"name":"A","nickname":"B"}""").JsonAsync();

        Assert.Equal(["nickname"], sandbox.LastCall.IgnoredFields, StringComparer.Ordinal);
    }

    [Fact]
    public async Task An_absent_field_is_left_alone_and_null_clears_one()
    {
        await using var sandbox = await Sandbox.StartAsync();

        var user = await sandbox.PatchAsync("""{"name":null}""").JsonAsync();

        Assert.Null(sandbox.User.Name);
        Assert.Equal("amelia@example.com", sandbox.User.Email);
        Assert.Equal(JsonValueKind.Null, user.GetProperty("name").ValueKind);
    }

    [Fact]
    public async Task Custom_fields_are_merged_one_by_one_and_never_answered_as_such()
    {
        await using var sandbox = await Sandbox.StartAsync("planhat");

        await sandbox.PatchAsync("""{"custom_fields":{"tier":"gold","seats":3}}""").JsonAsync();
        var user = await sandbox.PatchAsync("""{"custom_fields":{"tier":null,"region":{"code":"eu"}}}""").JsonAsync();

        Assert.DoesNotContain("custom_fields", user.Names(), StringComparer.Ordinal);
        Assert.Equal("""{"seats":3,"region":{"code":"eu"}}""", user.GetProperty("remote_data").GetProperty("custom").GetRawText());
    }

    [Fact]
    public async Task Null_custom_fields_are_cleared()
    {
        await using var sandbox = await Sandbox.StartAsync("planhat");
        await sandbox.PatchAsync("""{"custom_fields":{"tier":"gold"}}""").JsonAsync();

        await sandbox.PatchAsync("""{"custom_fields":null}""").JsonAsync();

        Assert.Empty(sandbox.User.CustomFields);
    }

    [Fact]
    public async Task Remote_data_reaches_the_record_as_it_is()
    {
        await using var sandbox = await Sandbox.StartAsync();
        const string Remote = """{"é\"":[1,2.50,{"deep":null}],"n":1e2}""";

        var user = await sandbox.PatchAsync("{\"remote_data\":{\"x\":" + Remote + "}}").JsonAsync();

        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(Remote), user.GetProperty("remote_data").GetProperty("x")));
        Assert.Equal("2.50", user.GetProperty("remote_data").GetProperty("x").GetProperty("é\"")[1].GetRawText());
    }

    [Fact]
    public async Task Remote_data_wins_over_a_mapped_field_of_the_same_meaning()
    {
        await using var sandbox = await Sandbox.StartAsync();

        var user = await sandbox.PatchAsync("""{"is_active":true,"remote_data":{"active_flag":false}}""").JsonAsync();

        Assert.False(user.GetProperty("is_active").GetBoolean());
        Assert.False(user.GetProperty("remote_data").GetProperty("active_flag").GetBoolean());
    }

    [Fact]
    public async Task Remote_data_cannot_change_what_belongs_to_the_provider()
    {
        await using var sandbox = await Sandbox.StartAsync();

        var user = await sandbox.PatchAsync("""{"remote_data":{"id":1,"modified":"never"}}""").JsonAsync();

        Assert.Equal(Sandbox.UserId, user.Text("id"));
        Assert.Equal(["remote_data.id", "remote_data.modified"], sandbox.LastCall.IgnoredFields, StringComparer.Ordinal);
    }

    [Fact]
    public async Task An_update_moves_updated_at_and_leaves_created_at()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Time.Advance(TimeSpan.FromMilliseconds(1500.75));

        var user = await sandbox.PatchAsync("""{"name":"A"}""").JsonAsync();

        Assert.Equal("2026-01-01T00:00:00.000Z", user.Text("created_at"));
        Assert.Equal("2026-01-01T00:00:01.500Z", user.Text("updated_at"));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_created_user_can_be_read_updated_and_deleted_under_its_new_id(string provider)
    {
        await using var sandbox = await Sandbox.StartAsync(provider);
        await sandbox.SendAsync(HttpMethod.Post, Sandbox.Collection(), Everything).JsonAsync();
        var id = sandbox.Truto.Users(Sandbox.Account).Last().Id;

        await sandbox.GetAsync(Sandbox.Path(id)).JsonAsync();
        await sandbox.PatchAsync(Everything, id: id).JsonAsync();
        var deleted = await sandbox.SendAsync(HttpMethod.Delete, Sandbox.Path(id)).JsonAsync();

        Assert.Equal($$"""{"id":"{{id}}"}""", deleted.GetRawText());
        Assert.Equal(HttpStatusCode.NotFound, await sandbox.GetAsync(Sandbox.Path(id)).StatusAsync());
        Assert.Equal(1, sandbox.Truto.CountUsers(Sandbox.Account));
    }

    [Fact]
    public async Task A_made_up_id_never_takes_one_that_is_in_use()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Truto.PutUser(Sandbox.Account, new SandboxUser("1"));

        var created = await sandbox.SendAsync(HttpMethod.Post, Sandbox.Collection(), "{}").JsonAsync();

        Assert.Equal("2", created.Text("id"));
    }
}
