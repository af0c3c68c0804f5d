using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Truto.Sandbox.Tests;

public sealed class ErrorBodyTests
{
    public static TheoryData<string> Providers => ProviderRowTests.Providers;

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    [InlineData(SandboxOptions.DefaultToken + "x")]
    [InlineData("")]
    public async Task A_missing_or_wrong_token_is_a_local_401(string? token)
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Client.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);

        var error = await sandbox.PatchAsync("{}").JsonAsync(HttpStatusCode.Unauthorized);

        error.IsLocalError(HttpStatusCode.Unauthorized, "Unauthorized");
        Assert.Equal(0, sandbox.User.Revision);
    }

    [Fact]
    public async Task A_token_of_another_scheme_is_a_local_401()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", SandboxOptions.DefaultToken);

        (await sandbox.PatchAsync("{}").JsonAsync(HttpStatusCode.Unauthorized)).IsLocalError(HttpStatusCode.Unauthorized, "Unauthorized");
    }

    [Fact]
    public async Task A_token_that_is_far_too_long_is_a_local_401()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", new string('x', 10_000));

        (await sandbox.PatchAsync("{}").JsonAsync(HttpStatusCode.Unauthorized)).IsLocalError(HttpStatusCode.Unauthorized, "Unauthorized");
    }

    [Fact]
    public async Task A_revoked_token_is_refused_and_a_new_one_is_let_in()
    {
        await using var sandbox = await Sandbox.StartAsync();
        Assert.True(sandbox.Truto.RevokeToken(SandboxOptions.DefaultToken));
        Assert.Equal(HttpStatusCode.Unauthorized, await sandbox.PatchAsync("{}").StatusAsync());

        Assert.True(sandbox.Truto.AddToken("next-token"));
        sandbox.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("bearer", "next-token");

        Assert.Equal(HttpStatusCode.OK, await sandbox.PatchAsync("{}").StatusAsync());
    }

    [Fact]
    public async Task A_missing_account_is_a_400_that_names_the_query_parameter()
    {
        await using var sandbox = await Sandbox.StartAsync();

        var error = await sandbox.SendAsync(HttpMethod.Patch, "/unified/crm/users/1", "{}").JsonAsync(HttpStatusCode.BadRequest);

        error.IsError(HttpStatusCode.BadRequest, "Bad Request", "truto_error_insight");
        var insight = error.GetProperty("truto_error_insight").GetProperty("missing_required_query_parameters");
        Assert.Equal("integrated_account_id", Assert.Single(insight.GetProperty("value").EnumerateArray()).GetString());
    }

    [Fact]
    public async Task An_unknown_account_is_a_local_404()
    {
        await using var sandbox = await Sandbox.StartAsync();

        var error = await sandbox.SendAsync(HttpMethod.Patch, "/unified/crm/users/1?integrated_account_id=other", "{}")
            .JsonAsync(HttpStatusCode.NotFound);

        error.IsLocalError(HttpStatusCode.NotFound, "Not Found");
    }

    [Fact]
    public async Task An_accounts_own_token_needs_no_account_and_sees_no_other()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.ChangeAccount(account => account with { Tokens = ["own-token"] });
        sandbox.Truto.PutAccount(new SandboxAccount("other", "wix"));
        sandbox.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "own-token");

        Assert.Equal(HttpStatusCode.OK, await sandbox.GetAsync($"/unified/crm/users/{Sandbox.UserId}").StatusAsync());
        Assert.Equal(Sandbox.Account, sandbox.LastCall.Account);
        Assert.Equal(HttpStatusCode.OK, await sandbox.GetAsync(Sandbox.Path()).StatusAsync());
        Assert.Equal(HttpStatusCode.NotFound, await sandbox.GetAsync("/unified/crm/users?integrated_account_id=other").StatusAsync());

        sandbox.ChangeAccount(account => account with { Tokens = [] });
        Assert.Equal(HttpStatusCode.Unauthorized, await sandbox.GetAsync(Sandbox.Path()).StatusAsync());
    }

    [Fact]
    public async Task A_blocked_account_is_a_local_503()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.ChangeAccount(account => account with { Blocked = true });

        var error = await sandbox.PatchAsync("{}").JsonAsync(HttpStatusCode.ServiceUnavailable);

        error.IsLocalError(HttpStatusCode.ServiceUnavailable, "Service Unavailable");
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task An_account_that_needs_reauthentication_is_a_remote_401(string provider)
    {
        await using var sandbox = await Sandbox.StartAsync(provider);
        sandbox.ChangeAccount(account => account with { Status = SandboxAccountStatus.NeedsReauth });

        (await sandbox.PatchAsync("{}").JsonAsync(HttpStatusCode.Unauthorized)).IsRemoteError(HttpStatusCode.Unauthorized, "Unauthorized");
    }

    [Fact]
    public async Task A_read_only_account_refuses_writes_with_405_and_serves_reads()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.ChangeAccount(account => account with { ReadOnly = true });

        var error = await sandbox.PatchAsync("{}").JsonAsync(HttpStatusCode.MethodNotAllowed);

        error.IsLocalError(HttpStatusCode.MethodNotAllowed, "Method Not Allowed");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, await sandbox.SendAsync(HttpMethod.Delete, Sandbox.Path()).StatusAsync());
        Assert.Equal(HttpStatusCode.MethodNotAllowed, await sandbox.SendAsync(HttpMethod.Post, Sandbox.Collection(), "{}").StatusAsync());
        Assert.Equal(HttpStatusCode.OK, await sandbox.GetAsync(Sandbox.Path()).StatusAsync());
    }

    [Fact]
    public async Task A_missing_scope_is_a_403_that_names_it()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.ChangeAccount(account => account with { MissingScopes = ["users:write", "users:read"] });

        var error = await sandbox.PatchAsync("{}").JsonAsync(HttpStatusCode.Forbidden);

        error.IsRemoteError(HttpStatusCode.Forbidden, "Forbidden");
        var insight = error.GetProperty("truto_error_insight").GetProperty("forbidden_error");
        var scopes = insight.GetProperty("value").GetProperty("missing_scopes");
        Assert.Equal(["users:write", "users:read"], scopes.EnumerateArray().Select(scope => scope.GetString()), StringComparer.Ordinal);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task An_unknown_user_is_a_remote_404(string provider)
    {
        await using var sandbox = await Sandbox.StartAsync(provider);

        var error = await sandbox.GetAsync(Sandbox.Path("nobody")).JsonAsync(HttpStatusCode.NotFound);

        error.IsRemoteError(HttpStatusCode.NotFound, "Not Found");
        Assert.Equal(HttpStatusCode.NotFound, await sandbox.SendAsync(HttpMethod.Delete, Sandbox.Path("nobody")).StatusAsync());
        Assert.Equal(HttpStatusCode.NotFound, await sandbox.PatchAsync(Valid("a@b"), id: "nobody").StatusAsync());
    }

    [Theory]
    [InlineData("salesforce", """[{"message":"Email is invalid","errorCode":"INVALID_EMAIL_ADDRESS","fields":["Email"]}]""")]
    [InlineData("pipedrive", """{"success":false,"error":"Email is invalid","error_info":"Please check the value of""" +
        """ email.","data":null,"additional_data":null}""")]
    [InlineData("outreach", """{"errors":[{"id":"validationError","status":"422","title":"Request refused","detail":"Email is""" +
        """ invalid","source":{"pointer":"/data/attributes/email"}}]}""")]
    [InlineData("onepagecrm", """{"status":422,"message":"Email is invalid","error_name":"invalid_request_data","error_message":"Email""" +
        """ is invalid","errors":{"email":"Email is invalid"}}""")]
    [InlineData("planhat", """{"status":"error","message":"Email is invalid","category":"VALIDATION_ERROR","errors":""" +
        """[{"in":"email","message":"Email is invalid"}]}""")]
    [InlineData("wix", """{"message":"Email is invalid","details":{"validationError":{"fieldViolations":""" +
        """[{"field":"loginEmail","description":"Email is invalid","ruleName":"FORMAT"}]}}}""")]
    public async Task An_email_without_an_at_sign_is_a_remote_422_in_the_providers_words(string provider, string raw)
    {
        await using var sandbox = await Sandbox.StartAsync(provider);

        var error = await sandbox.PatchAsync(Valid("no-at-sign")).JsonAsync(HttpStatusCode.UnprocessableEntity);

        error.IsRemoteError(HttpStatusCode.UnprocessableEntity, "Unprocessable Entity");
        Assert.Equal("Email is invalid", error.Text("message"));
        Assert.Equal(raw, error.GetProperty("raw_response").GetRawText());
        Assert.Equal(0, sandbox.User.Revision);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task An_email_of_another_user_is_a_remote_409_and_changes_nothing(string provider)
    {
        await using var sandbox = await Sandbox.StartAsync(provider);
        sandbox.Truto.PutUser(Sandbox.Account, new SandboxUser("2") { Email = "taken@example.com" });

        var error = await sandbox.PatchAsync(Valid("TAKEN@example.com")).JsonAsync(HttpStatusCode.Conflict);

        error.IsRemoteError(HttpStatusCode.Conflict, "Conflict");
        Assert.Equal("amelia@example.com", sandbox.User.Email);
        var create = sandbox.SendAsync(HttpMethod.Post, Sandbox.Collection(), Valid("taken@example.com"));
        Assert.Equal(HttpStatusCode.Conflict, await create.StatusAsync());
        Assert.Equal(2, sandbox.Truto.CountUsers(Sandbox.Account));
    }

    [Fact]
    public async Task An_email_is_free_again_once_its_user_has_another_or_is_gone()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Truto.PutUser(Sandbox.Account, new SandboxUser("2") { Email = "two@example.com" });

        await sandbox.PatchAsync("""{"email":"other@example.com"}""").JsonAsync();
        await sandbox.PatchAsync("""{"email":"amelia@example.com"}""", id: "2").JsonAsync();
        await sandbox.SendAsync(HttpMethod.Delete, Sandbox.Path("2")).JsonAsync();
        await sandbox.PatchAsync("""{"email":"amelia@example.com"}""").JsonAsync();

        Assert.Equal("amelia@example.com", sandbox.User.Email);
    }

    [Fact]
    public async Task A_user_may_be_sent_its_own_email_again_in_another_case()
    {
        await using var sandbox = await Sandbox.StartAsync();

        await sandbox.PatchAsync("""{"email":"AMELIA@example.com"}""").JsonAsync();

        Assert.Equal("AMELIA@example.com", sandbox.User.Email);
        var create = sandbox.SendAsync(HttpMethod.Post, Sandbox.Collection(), Valid("amelia@example.com"));
        Assert.Equal(HttpStatusCode.Conflict, await create.StatusAsync());
    }

    [Fact]
    public async Task The_same_email_may_be_used_in_another_account()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Truto.PutAccount(new SandboxAccount("other", "wix"));

        sandbox.Truto.PutUser("other", new SandboxUser("1") { Email = "amelia@example.com" });

        Assert.Equal(1, sandbox.Truto.CountUsers("other"));
    }

    [Theory]
    [InlineData("""{"email":1}""", "email", "must be a string or null")]
    [InlineData("""{"name":{}}""", "name", "must be a string or null")]
    [InlineData("""{"is_active":"yes"}""", "is_active", "must be a boolean or null")]
    [InlineData("""{"remote_data":[]}""", "remote_data", "must be an object")]
    [InlineData("""{"custom_fields":"x"}""", "custom_fields", "must be an object or null")]
    public async Task A_field_of_the_wrong_type_is_a_local_400_with_details(string body, string field, string message)
    {
        await using var sandbox = await Sandbox.StartAsync("planhat");

        var error = await sandbox.PatchAsync(body).JsonAsync(HttpStatusCode.BadRequest);

        error.IsError(HttpStatusCode.BadRequest, "Bad Request", "details");
        var failure = Assert.Single(error.GetProperty("details").GetProperty("failures").EnumerateArray());
        Assert.Equal(field, failure.Text("field"));
        Assert.Equal(message, failure.Text("message"));
    }

    [Fact]
    public async Task A_member_of_remote_data_of_the_wrong_type_is_a_remote_422()
    {
        await using var sandbox = await Sandbox.StartAsync();

        var error = await sandbox.PatchAsync("""{"remote_data":{"active_flag":"yes"}}""").JsonAsync(HttpStatusCode.UnprocessableEntity);

        error.IsRemoteError(HttpStatusCode.UnprocessableEntity, "Unprocessable Entity");
    }

    [Theory]
    [InlineData("", "The request body is not valid JSON")]
    [InlineData("{", "The request body is not valid JSON")]
    [InlineData("""{"name":"A",}""", "The request body is not valid JSON")]
    [InlineData("[]", "The request body must be a JSON object")]
    [InlineData("null", "The request body must be a JSON object")]
    [InlineData("""{"name":"\ud800"}""", "The request body has a text that is not valid Unicode")]
    [InlineData("""{"\uDBFF":1}""", "The request body has a text that is not valid Unicode")]
    [InlineData("""{"remote_data":{"x":[{"\ud800":"\udfff"}]}}""", "The request body has a text that is not valid Unicode")]
    public async Task A_body_that_is_no_json_object_is_a_local_400(string body, string message)
    {
        await using var sandbox = await Sandbox.StartAsync();

        var error = await sandbox.PatchAsync(body).JsonAsync(HttpStatusCode.BadRequest);

        error.IsLocalError(HttpStatusCode.BadRequest, "Bad Request");
        Assert.Equal(message, error.Text("message"));
    }

    [Fact]
    public async Task A_pair_of_surrogates_is_valid()
    {
        await using var sandbox = await Sandbox.StartAsync();

        await sandbox.PatchAsync("""{"name":"\ud83d\ude00"}""").JsonAsync();

        Assert.Equal("😀", sandbox.User.Name);
    }

    [Fact]
    public async Task A_body_that_nests_too_deep_is_a_local_400()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var body = "{\"remote_data\":{\"x\":" + new string('[', 100_000) + new string(']', 100_000) + "}}";

        (await sandbox.PatchAsync(body).JsonAsync(HttpStatusCode.BadRequest)).IsLocalError(HttpStatusCode.BadRequest, "Bad Request");
    }

    [Fact]
    public async Task A_body_that_is_not_utf8_is_a_local_400()
    {
        await using var sandbox = await Sandbox.StartAsync();
        using var content = new ByteArrayContent([.. "{\"name\":\""u8, 0xFF, .. "\"}"u8]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        var error = await sandbox.Client.PatchAsync(Sandbox.Path(), content, Sandbox.Cancellation).JsonAsync(HttpStatusCode.BadRequest);

        Assert.Equal("The request body is not valid UTF-8", error.Text("message"));
    }

    [Fact]
    public async Task A_body_of_another_content_type_is_a_local_415()
    {
        await using var sandbox = await Sandbox.StartAsync();
        using var content = new StringContent("{}", Encoding.UTF8, "text/plain");

        var error = await sandbox.Client.PatchAsync(Sandbox.Path(), content, Sandbox.Cancellation)
            .JsonAsync(HttpStatusCode.UnsupportedMediaType);

        error.IsLocalError(HttpStatusCode.UnsupportedMediaType, "Unsupported Media Type");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_one_mebibyte_is_a_local_413_whether_it_tells_its_length_or_not(bool chunked)
    {
        await using var sandbox = await Sandbox.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Patch, Sandbox.Path());
        request.Content = new StringContent($$"""{"name":"{{new string('x', 1024 * 1024)}}"}""", Encoding.UTF8, "application/json");
        request.Headers.TransferEncodingChunked = chunked;

        var error = await sandbox.Client.SendAsync(request, Sandbox.Cancellation).JsonAsync(HttpStatusCode.RequestEntityTooLarge);

        error.IsError(HttpStatusCode.RequestEntityTooLarge, "Payload Too Large");
        Assert.Null(sandbox.LastCall.Body);
    }

    [Fact]
    public async Task A_body_just_within_one_mebibyte_is_taken()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var body = $$"""{"name":"{{new string('x', 1024 * 1024 - 11)}}"}""";
        Assert.Equal(1024 * 1024, body.Length);

        Assert.Equal(HttpStatusCode.OK, await sandbox.PatchAsync(body).StatusAsync());
    }

    [Theory]
    [InlineData("PUT", "/unified/crm/users/1")]
    [InlineData("POST", "/unified/crm/users/1")]
    [InlineData("PATCH", "/unified/crm/users")]
    [InlineData("DELETE", "/unified/crm/users")]
    public async Task A_method_that_the_route_does_not_have_is_a_local_405(string method, string path)
    {
        await using var sandbox = await Sandbox.StartAsync();

        var error = await sandbox.SendAsync(new HttpMethod(method), path, "{}").JsonAsync(HttpStatusCode.MethodNotAllowed);

        error.IsLocalError(HttpStatusCode.MethodNotAllowed, "Method Not Allowed");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/unified")]
    [InlineData("/unified/crm/contacts")]
    [InlineData("/unified/crm/usersx")]
    [InlineData("/unified/crm/users/")]
    [InlineData("/unified/crm/users/1/2")]
    [InlineData("/proxy/users")]
    public async Task An_unknown_route_is_a_local_404(string path)
    {
        await using var sandbox = await Sandbox.StartAsync();

        (await sandbox.GetAsync(path).JsonAsync(HttpStatusCode.NotFound)).IsLocalError(HttpStatusCode.NotFound, "Not Found");
    }

    [Fact]
    public async Task The_account_is_checked_before_the_body_and_the_token_before_the_account()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.ChangeAccount(account => account with
        {
            Blocked = true,
            Status = SandboxAccountStatus.NeedsReauth,
            ReadOnly = true,
            MissingScopes = ["x"],
        });
        var steps = new List<HttpStatusCode> { await sandbox.PatchAsync("not json").StatusAsync() };
        sandbox.ChangeAccount(account => account with { Blocked = false });
        steps.Add(await sandbox.PatchAsync("not json").StatusAsync());
        sandbox.ChangeAccount(account => account with { Status = SandboxAccountStatus.Active });
        steps.Add(await sandbox.PatchAsync("not json").StatusAsync());
        sandbox.ChangeAccount(account => account with { ReadOnly = false });
        steps.Add(await sandbox.PatchAsync("not json").StatusAsync());
        sandbox.ChangeAccount(account => account with { MissingScopes = [] });
        steps.Add(await sandbox.PatchAsync("not json").StatusAsync());

        Assert.Equal([503, 401, 405, 403, 400], steps.Select(step => (int)step));
    }

    private static string Valid(string email) => JsonSerializer.Serialize(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["email"] = email,
        ["first_name"] = "A",
        ["last_name"] = "B",
    });
}
