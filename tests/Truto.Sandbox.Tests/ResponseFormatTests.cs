using System.Net;
using System.Text.Json;

namespace Truto.Sandbox.Tests;

public sealed class ResponseFormatTests
{
    private const string Names = """{"email":"amelia@example.com","first_name":"Amelia","last_name":"Ortiz"}""";

    public static TheoryData<string> Providers => ProviderRowTests.Providers;

    [Fact]
    public async Task Unified_is_the_default_and_has_the_providers_record_as_remote_data()
    {
        await using var sandbox = await Sandbox.StartAsync();

        var user = await sandbox.PatchAsync("""{"is_active":false}""").JsonAsync();

        var expected = JsonElement.Parse("""
            {
              "id": "23423523", "created_at": "2026-01-01T00:00:00.000Z", "email": "amelia@example.com", "is_active": false,
              "name": "Amelia Ortiz", "updated_at": "2026-01-01T00:00:00.000Z",
              "urls": [{ "type": "profile", "url": "https://pipedrive.example/users/23423523" }],
              "remote_data": {
                "id": 23423523, "name": "Amelia Ortiz", "email": "amelia@example.com", "active_flag": false,
                "created": "2026-01-01 00:00:00", "modified": "2026-01-01 00:00:00"
              }
            }
            """);
        Assert.True(JsonElement.DeepEquals(expected, user), user.GetRawText());
        var asked = await sandbox.GetAsync(Sandbox.Path(query: "&truto_response_format=unified")).JsonAsync();
        Assert.Equal(user.GetRawText(), asked.GetRawText());
    }

    [Fact]
    public async Task Salesforce_answers_no_mapped_field_but_remote_data()
    {
        await using var sandbox = await Sandbox.StartAsync("salesforce");

        var user = await sandbox.PatchAsync(Names).JsonAsync();
        var without = await sandbox.PatchAsync(Names, "&truto_ignore_remote_data=true").JsonAsync();

        Assert.Equal(["remote_data"], user.Names(), StringComparer.Ordinal);
        Assert.Equal(Sandbox.UserId, user.GetProperty("remote_data").Text("Id"));
        Assert.Equal("{}", without.GetRawText());
    }

    [Theory]
    [InlineData("true", false)]
    [InlineData("false", true)]
    public async Task Remote_data_is_left_out_on_request(string value, bool expected)
    {
        await using var sandbox = await Sandbox.StartAsync();

        var user = await sandbox.PatchAsync("{}", $"&truto_ignore_remote_data={value}").JsonAsync();

        Assert.Equal(expected, user.TryGetProperty("remote_data", out _));
    }

    [Theory]
    [InlineData("&truto_exclude_fields[]=id&truto_exclude_fields[]=name")]
    [InlineData("&truto_exclude_fields%5B%5D=id&truto_exclude_fields%5B%5D=name")]
    [InlineData("&truto_exclude_fields[0]=id&truto_exclude_fields[1]=name")]
    [InlineData("&truto_exclude_fields%5B0%5D=id&truto_exclude_fields%5B1%5D=name")]
    public async Task Excluded_fields_are_left_out_in_every_notation(string query)
    {
        await using var sandbox = await Sandbox.StartAsync();

        var user = await sandbox.PatchAsync("{}", query).JsonAsync();

        Assert.Equal(["created_at", "email", "is_active", "remote_data", "updated_at", "urls"], user.Names(), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(
        "&truto_exclude_fields[]=remote_data&truto_exclude_fields[]=urls&truto_exclude_fields[]=no_such_field",
        "created_at,email,id,is_active,name,updated_at")]
    [InlineData("&truto_exclude_fields=id,name", "created_at,email,id,is_active,name,remote_data,updated_at,urls")]
    public async Task Excluded_fields_may_be_remote_data_and_are_not_separated_by_commas(string query, string expected)
    {
        await using var sandbox = await Sandbox.StartAsync();

        var user = await sandbox.PatchAsync("{}", query).JsonAsync();

        Assert.Equal(expected, string.Join(',', user.Names()));
    }

    [Fact]
    public async Task Excluded_fields_are_left_out_of_lists_and_deletions_too()
    {
        await using var sandbox = await Sandbox.StartAsync("wix");

        var list = await sandbox.GetAsync(Sandbox.Collection("&truto_exclude_fields[]=id")).JsonAsync();
        var deleted = await sandbox.SendAsync(HttpMethod.Delete, Sandbox.Path(query: "&truto_exclude_fields[]=id")).JsonAsync();

        Assert.False(Assert.Single(list.GetProperty("result").EnumerateArray()).TryGetProperty("id", out _));
        Assert.Equal("{}", deleted.GetRawText());
    }

    [Fact]
    public async Task Normalized_has_the_mapped_fields_without_remote_data()
    {
        await using var sandbox = await Sandbox.StartAsync();

        var user = await sandbox.PatchAsync("{}", "&truto_response_format=normalized").JsonAsync();

        Assert.Equal(["created_at", "email", "id", "is_active", "name", "updated_at", "urls"], user.Names(), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("salesforce", """{"attributes":{"type":"User","url":"/services/data/v63.0/sobjects/User/23423523"}""" +
        ""","Id":"23423523","Name":"Amelia Ortiz","FirstName":"Amelia","LastName":"Ortiz","Email":"amelia@example.com","IsActive":true""" +
        ""","CreatedDate":"2026-01-01T00:00:00.000+0000","LastModifiedDate":"2026-01-01T00:00:00.000+0000"}""")]
    [InlineData("onepagecrm", """{"status":0,"message":"OK","data":{"user":{"id":"23423523","name":"Amelia""" +
        """ Ortiz","email":"amelia@example.com"}}}""")]
    [InlineData("outreach", """{"data":{"type":"user","id":23423523,"attributes":""" +
        """{"email":"amelia@example.com","firstName":"Amelia","lastName":"Ortiz","name":"Amelia Ortiz","createdAt":"2026-01-01T00:00:""" +
        """00.000Z","updatedAt":"2026-01-01T00:00:00.000Z"}}}""")]
    [InlineData("pipedrive", """{"success":true,"data":{"id":23423523,"name":"Amelia""" +
        """ Ortiz","email":"amelia@example.com","active_flag":true,"created":"2026-01-01 00:00:00","modified":"2026-01-01 00:00:00"}}""")]
    [InlineData("planhat", """{"_id":"23423523","name":"Amelia Ortiz","email":"amelia@example.com","isActive":true,"custom":{}""" +
        ""","createdAt":"2026-01-01T00:00:00.000Z","updatedAt":"2026-01-01T00:00:00.000Z"}""")]
    [InlineData("wix", """{"member":{"id":"23423523","loginEmail":"amelia@example.com","nickname":"Amelia Ortiz","active":true""" +
        ""","createdDate":"2026-01-01T00:00:00.000Z","updatedDate":"2026-01-01T00:00:00.000Z"}}""")]
    public async Task Raw_is_the_providers_own_answer(string provider, string expected)
    {
        await using var sandbox = await Sandbox.StartAsync(provider);

        const string Query = "&truto_response_format=raw&truto_exclude_fields[]=id&truto_ignore_remote_data=true";
        var read = await sandbox.GetAsync(Sandbox.Path(query: Query)).JsonAsync();

        Assert.Equal(expected, read.GetRawText());
        if (!string.Equals(provider, "salesforce", StringComparison.Ordinal))
            Assert.Equal(expected, (await sandbox.PatchAsync(Names, "&truto_response_format=raw").JsonAsync()).GetRawText());
    }

    [Theory]
    [InlineData("raw")]
    [InlineData("stream")]
    public async Task An_update_of_salesforce_answers_an_empty_204_where_its_own_answer_is_asked_for(string format)
    {
        await using var sandbox = await Sandbox.StartAsync("salesforce");

        using var response = await sandbox.PatchAsync(Names, $"&truto_response_format={format}");

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Sandbox.Cancellation));
        Assert.Equal(1, sandbox.User.Revision);
    }

    [Fact]
    public async Task A_raw_create_of_salesforce_answers_the_new_id()
    {
        await using var sandbox = await Sandbox.StartAsync("salesforce");

        var created = await sandbox.SendAsync(
            HttpMethod.Post,
            Sandbox.Collection("&truto_response_format=raw"),
            """{"email":"b@example.com","first_name":"B","last_name":"B"}""").JsonAsync();

        Assert.Equal("""{"id":"005000000000000001","success":true,"errors":[]}""", created.GetRawText());
    }

    [Theory]
    [InlineData("salesforce", null)]
    [InlineData("outreach", null)]
    [InlineData("onepagecrm", """{"status":0,"message":"OK","data":{}}""")]
    [InlineData("pipedrive", """{"success":true,"data":{"id":23423523}}""")]
    [InlineData("planhat", """{"n":1,"ok":1,"deletedCount":1}""")]
    [InlineData("wix", "{}")]
    public async Task A_raw_deletion_is_the_providers_own_answer(string provider, string? expected)
    {
        await using var sandbox = await Sandbox.StartAsync(provider);

        using var response = await sandbox.SendAsync(HttpMethod.Delete, Sandbox.Path(query: "&truto_response_format=raw"));

        Assert.Equal(expected is null ? HttpStatusCode.NoContent : HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(expected ?? string.Empty, await response.Content.ReadAsStringAsync(Sandbox.Cancellation));
        Assert.Equal(0, sandbox.Truto.CountUsers(Sandbox.Account));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_raw_list_is_the_providers_own_answer(string provider)
    {
        await using var sandbox = await Sandbox.StartAsync(provider);
        sandbox.Truto.PutUser(Sandbox.Account, new SandboxUser("second"));

        using var response = await sandbox.GetAsync(Sandbox.Collection("&truto_response_format=raw&limit=1"));

        var text = (await response.JsonAsync()).GetRawText();
        Assert.Contains(Sandbox.UserId, text, StringComparison.Ordinal);
        Assert.DoesNotContain("second", text, StringComparison.Ordinal);
        Assert.DoesNotContain("prev_cursor", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("outreach", "application/vnd.api+json")]
    [InlineData("wix", "application/json")]
    public async Task Stream_is_the_raw_body_in_chunks_with_the_providers_content_type(string provider, string contentType)
    {
        await using var sandbox = await Sandbox.StartAsync(provider);
        var raw = await sandbox.GetAsync(Sandbox.Path(query: "&truto_response_format=raw")).JsonAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, Sandbox.Path(query: "&truto_response_format=stream"));

        using var response = await sandbox.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Sandbox.Cancellation);

        Assert.True(response.Headers.TransferEncodingChunked);
        Assert.Null(response.Content.Headers.ContentLength);
        Assert.Equal(contentType, response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(raw.GetRawText(), await response.Content.ReadAsStringAsync(Sandbox.Cancellation));
    }

    [Theory]
    [InlineData("&truto_response_format=xml", "truto_response_format must be one of unified, raw, normalized, stream")]
    [InlineData("&truto_response_format=", "truto_response_format must be one of unified, raw, normalized, stream")]
    [InlineData("&truto_ignore_remote_data=yes", "truto_ignore_remote_data must be true or false")]
    public async Task A_value_that_is_not_documented_is_a_local_400(string query, string message)
    {
        await using var sandbox = await Sandbox.StartAsync();

        var error = await sandbox.PatchAsync("{}", query).JsonAsync(HttpStatusCode.BadRequest);

        error.IsLocalError(HttpStatusCode.BadRequest, "Bad Request");
        Assert.Equal(message, error.Text("message"));
        Assert.Equal(0, sandbox.User.Revision);
    }

    [Theory]
    [InlineData("007", JsonValueKind.String)]
    [InlineData("7", JsonValueKind.Number)]
    [InlineData("99999999999999999999", JsonValueKind.String)]
    public async Task A_provider_with_numeric_ids_answers_a_number_only_where_nothing_is_lost(string id, JsonValueKind kind)
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Truto.PutUser(Sandbox.Account, new SandboxUser(id));

        var user = await sandbox.GetAsync(Sandbox.Path(id)).JsonAsync();

        Assert.Equal(id, user.Text("id"));
        Assert.Equal(kind, user.GetProperty("remote_data").GetProperty("id").ValueKind);
    }
}
