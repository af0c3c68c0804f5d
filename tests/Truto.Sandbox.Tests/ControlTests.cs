using System.Net;
using System.Text.Json;

namespace Truto.Sandbox.Tests;

public sealed class ControlTests
{
    [Fact]
    public async Task Another_process_can_set_up_an_account_with_users_and_read_them_back()
    {
        await using var sandbox = await Sandbox.StartAsync();

        await DoneAsync(sandbox, HttpMethod.Put, "/_sandbox/accounts/b", """{"provider":"planhat"}""");
        await DoneAsync(sandbox, HttpMethod.Put, "/_sandbox/users?account=b", """
            [
              { "id": "1", "email": "one@example.com", "custom_fields": { "tier": "gold" }, "created_at": "2025-01-01T00:00:00Z" },
              { "id": "2/3", "name": "Two", "is_active": false, "remote_data": { "x": [1] } }
            ]
            """);
        var users = await sandbox.GetAsync("/_sandbox/users?account=b").JsonAsync();
        var user = await sandbox.GetAsync("/_sandbox/users?account=b&id=2%2F3").JsonAsync();

        Assert.Equal(2, users.GetProperty("total").GetInt32());
        Assert.Equal(["1", "2/3"], users.GetProperty("users").EnumerateArray().Select(one => one.Text("id")), StringComparer.Ordinal);
        Assert.Equal("gold", users.GetProperty("users")[0].GetProperty("custom_fields").Text("tier"));
        Assert.Equal("Two", user.Text("name"));
        Assert.False(user.GetProperty("is_active").GetBoolean());
        Assert.Equal(2025, sandbox.Truto.Find("b", "1")!.CreatedAt.Year);
        Assert.Equal(sandbox.Time.GetUtcNow(), sandbox.Truto.Find("b", "2/3")!.CreatedAt);

        const string First = "/unified/crm/users/1?integrated_account_id=b";
        await sandbox.SendAsync(HttpMethod.Patch, First, """{"custom_fields":{"n":1}}""").JsonAsync();
        Assert.Equal(2, sandbox.Truto.Find("b", "1")!.CustomFields.Count);
    }

    [Fact]
    public async Task Users_are_read_in_pages()
    {
        await using var sandbox = await Sandbox.StartAsync();
        for (var i = 0; i < 4; i++)
            sandbox.Truto.PutUser(Sandbox.Account, new SandboxUser($"u{i}"));

        var first = await sandbox.GetAsync($"/_sandbox/users?account={Sandbox.Account}&limit=3").JsonAsync();
        var second = await sandbox.GetAsync($"/_sandbox/users?account={Sandbox.Account}&limit=3&cursor={first.Text("next")}").JsonAsync();

        Assert.Equal(3, first.GetProperty("users").GetArrayLength());
        Assert.Equal(2, second.GetProperty("users").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next").ValueKind);
    }

    [Fact]
    public async Task Users_and_accounts_can_be_removed()
    {
        await using var sandbox = await Sandbox.StartAsync();
        const string User = $"/_sandbox/users?account={Sandbox.Account}&id={Sandbox.UserId}";
        const string Account = $"/_sandbox/accounts/{Sandbox.Account}";

        await DoneAsync(sandbox, HttpMethod.Delete, User);
        Assert.Equal(HttpStatusCode.NotFound, await sandbox.SendAsync(HttpMethod.Delete, User).StatusAsync());
        Assert.Equal(HttpStatusCode.NotFound, await sandbox.GetAsync(User).StatusAsync());
        await DoneAsync(sandbox, HttpMethod.Delete, Account);
        Assert.Equal(HttpStatusCode.NotFound, await sandbox.SendAsync(HttpMethod.Delete, Account).StatusAsync());
        Assert.Equal(HttpStatusCode.NotFound, await sandbox.GetAsync($"/_sandbox/users?account={Sandbox.Account}").StatusAsync());

        Assert.Empty(sandbox.Truto.Accounts);
    }

    [Fact]
    public async Task An_account_takes_every_setting_and_never_tells_its_tokens()
    {
        await using var sandbox = await Sandbox.StartAsync();

        await DoneAsync(sandbox, HttpMethod.Put, $"/_sandbox/accounts/{Sandbox.Account}", """
            {"provider":"wix","status":"needs_reauth","blocked":true,"read_only":true,"missing_scopes":["s"],"tokens":["own-token"]}
            """);
        var accounts = await sandbox.GetAsync("/_sandbox/accounts").JsonAsync();

        var account = sandbox.Truto.FindAccount(Sandbox.Account)!;
        Assert.Equal(
            ("wix", SandboxAccountStatus.NeedsReauth, true, true),
            (account.Provider, account.Status, account.Blocked, account.ReadOnly));
        Assert.Equal("s", Assert.Single(account.MissingScopes));
        Assert.Equal("own-token", Assert.Single(account.Tokens));
        Assert.Equal(
            $$"""[{"id":"{{Sandbox.Account}}","provider":"wix","status":"needs_reauth",""" +
            "\"blocked\":true,\"read_only\":true,\"missing_scopes\":[\"s\"]}]",
            accounts.GetRawText());
    }

    [Fact]
    public async Task Calls_can_be_read_and_forgotten()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await sandbox.PatchAsync("""{"nickname":"A"}""", "&remote_query[x]=1", key: "k").JsonAsync();
        await sandbox.GetAsync(Sandbox.Path("nobody")).JsonAsync(HttpStatusCode.NotFound);

        var all = await sandbox.GetAsync("/_sandbox/calls").JsonAsync();
        var latest = await sandbox.GetAsync("/_sandbox/calls?limit=1").JsonAsync();

        Assert.Equal(2, all.GetProperty("total").GetInt32());
        var first = all.GetProperty("calls")[0];
        Assert.Equal("PATCH", first.Text("method"));
        Assert.Equal("""{"nickname":"A"}""", first.Text("body"));
        Assert.Equal("k", first.Text("idempotency_key"));
        Assert.Equal("nickname", first.GetProperty("ignored_fields")[0].GetString());
        Assert.Equal("1", first.GetProperty("remote_query").Text("x"));
        Assert.Equal("none", first.Text("fault"));
        Assert.Equal(404, Assert.Single(latest.GetProperty("calls").EnumerateArray()).GetProperty("status").GetInt32());

        await DoneAsync(sandbox, HttpMethod.Delete, "/_sandbox/calls");
        Assert.Equal("""{"total":0,"calls":[]}""", (await sandbox.GetAsync("/_sandbox/calls").JsonAsync()).GetRawText());
    }

    [Fact]
    public async Task Faults_can_be_set_and_what_is_left_out_ends()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Truto.Faults[SandboxFault.Hang] = 1;
        sandbox.Truto.Faults.Next(SandboxFault.Hang);

        await DoneAsync(sandbox, HttpMethod.Put, "/_sandbox/faults", """
            {"rates":{"drop_before":0.25,"garbage":0.5},"latency":{"min_ms":1.5,"max_ms":20},"next":["drop_after","none"],"seed":7}
            """);

        var faults = sandbox.Truto.Faults;
        Assert.Equal((0, 0.25, 0.5), (faults[SandboxFault.Hang], faults[SandboxFault.DropBefore], faults[SandboxFault.Garbage]));
        Assert.Equal(new SandboxLatency(TimeSpan.FromMilliseconds(1.5), TimeSpan.FromMilliseconds(20)), faults.Latency);
        Assert.Equal([SandboxFault.DropAfter, SandboxFault.None], faults.Script);
        Assert.Equal(
            """{"rates":{"drop_before":0.25,"garbage":0.5},"latency":{"min_ms":1.5,"max_ms":20},""" +
            "\"next\":[\"drop_after\",\"none\"],\"seed\":null}",
            (await sandbox.GetAsync("/_sandbox/faults").JsonAsync()).GetRawText());

        await DoneAsync(sandbox, HttpMethod.Put, "/_sandbox/faults", """{"latency":{"min_ms":3}}""");
        Assert.Equal(SandboxLatency.Fixed(TimeSpan.FromMilliseconds(3)), faults.Latency);
        await DoneAsync(sandbox, HttpMethod.Put, "/_sandbox/faults", "{}");
        Assert.Equal(SandboxLatency.None, faults.Latency);
        Assert.Equal(0, faults[SandboxFault.Garbage]);
        Assert.Empty(faults.Script);
    }

    [Fact]
    public async Task Faults_do_not_strike_the_control()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Truto.Faults[SandboxFault.DropBefore] = 1;

        await DoneAsync(sandbox, HttpMethod.Put, "/_sandbox/faults", "{}");

        Assert.Equal(0, sandbox.Truto.Calls.Total);
    }

    [Fact]
    public async Task Limits_can_be_set_and_what_is_left_out_is_off()
    {
        await using var sandbox = await Sandbox.StartAsync();

        await DoneAsync(sandbox, HttpMethod.Put, "/_sandbox/limits", """{"token":{"requests":5,"window_seconds":10}}""");

        Assert.Equal(SandboxLimits.Off with { Token = new(5, TimeSpan.FromSeconds(10)) }, sandbox.Truto.Limits);
        Assert.Equal(
            """{"token":{"requests":5,"window_seconds":10},"account":null,"provider":null}""",
            (await sandbox.GetAsync("/_sandbox/limits").JsonAsync()).GetRawText());
    }

    [Fact]
    public async Task Tokens_can_be_added_and_revoked()
    {
        await using var sandbox = await Sandbox.StartAsync();

        await DoneAsync(sandbox, HttpMethod.Put, "/_sandbox/tokens", """{"token":"next-token"}""");
        await DoneAsync(sandbox, HttpMethod.Delete, "/_sandbox/tokens", $$"""{"token":"{{SandboxOptions.DefaultToken}}"}""");

        Assert.Equal(HttpStatusCode.Unauthorized, await sandbox.GetAsync(Sandbox.Path()).StatusAsync());
        sandbox.Client.DefaultRequestHeaders.Authorization = new("Bearer", "next-token");
        Assert.Equal(HttpStatusCode.OK, await sandbox.GetAsync(Sandbox.Path()).StatusAsync());

        var unknown = sandbox.SendAsync(HttpMethod.Delete, "/_sandbox/tokens", """{"token":"gone"}""");
        Assert.Equal(HttpStatusCode.NotFound, await unknown.StatusAsync());
    }

    [Fact]
    public async Task Everything_can_be_reset()
    {
        await using var sandbox = await Sandbox.StartAsync();

        await DoneAsync(sandbox, HttpMethod.Post, "/_sandbox/reset");

        Assert.Empty(sandbox.Truto.Accounts);
    }

    [Theory]
    [InlineData("PUT", "/_sandbox/accounts/b", "{}", "The provider of account b is not in the support matrix.")]
    [InlineData("PUT", "/_sandbox/accounts/b", """{"provider":"wix","blokced":true}""", "blokced")]
    [InlineData("PUT", "/_sandbox/accounts/b", """{"provider":"wix","status":"gone"}""", "$.status")]
    [InlineData("PUT", "/_sandbox/accounts/b", "null", "The request body must not be null.")]
    [InlineData("PUT", "/_sandbox/accounts/b", "", "JSON")]
    [InlineData("PUT", "/_sandbox/users", "[]", "The query parameter account is required.")]
    [InlineData("PUT", "/_sandbox/users?account=none", """[{"id":"1"}]""", "There is no account none.")]
    [InlineData("PUT", "/_sandbox/users?account=" + Sandbox.Account, """[{"name":"A"}]""", "A user's id must not be empty.")]
    [InlineData("GET", "/_sandbox/users", null, "The query parameter account is required.")]
    [InlineData("GET", "/_sandbox/users?account=" + Sandbox.Account + "&cursor=x", null, "The cursor is not one of this list")]
    [InlineData("GET", "/_sandbox/calls?limit=0", null, "The query parameter limit must be from 1 to 100000.")]
    [InlineData("DELETE", "/_sandbox/users?account=" + Sandbox.Account, null, "The query parameter id is required.")]
    [InlineData("PUT", "/_sandbox/faults", """{"rates":{"drop_before":2}}""", "A rate must be from 0 to 1.")]
    [InlineData("PUT", "/_sandbox/faults", """{"rates":{"no_such_fault":1}}""", "no_such_fault")]
    [InlineData("PUT", "/_sandbox/faults", """{"latency":{"min_ms":5,"max_ms":1}}""", "max")]
    [InlineData("PUT", "/_sandbox/limits", """{"token":{"requests":0,"window_seconds":10}}""", "requests")]
    [InlineData("PUT", "/_sandbox/tokens", "{}", "A token must be 1 to 512 visible ASCII characters.")]
    public async Task An_order_that_cannot_be_carried_out_is_a_400_that_says_why(string method, string path, string? body, string message)
    {
        await using var sandbox = await Sandbox.StartAsync();

        var error = await sandbox.SendAsync(new HttpMethod(method), path, body).JsonAsync(HttpStatusCode.BadRequest);

        error.IsLocalError(HttpStatusCode.BadRequest, "Bad Request");
        Assert.Contains(message, error.Text("message"), StringComparison.Ordinal);
        Assert.Equal(Sandbox.Account, Assert.Single(sandbox.Truto.Accounts).Id);
    }

    private static async Task DoneAsync(Sandbox sandbox, HttpMethod method, string path, string? body = null)
    {
        using var response = await sandbox.SendAsync(method, path, body);
        Assert.True(
            response.StatusCode == HttpStatusCode.NoContent,
            $"{response.StatusCode}: {await response.Content.ReadAsStringAsync(Sandbox.Cancellation)}");
    }
}
