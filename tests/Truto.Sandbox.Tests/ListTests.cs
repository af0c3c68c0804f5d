using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Truto.Sandbox.Tests;

public sealed class ListTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_list_has_trutos_envelope()
    {
        await using var sandbox = await Sandbox.StartAsync();

        var list = await sandbox.GetAsync(Sandbox.Collection()).JsonAsync();

        Assert.Equal(["next_cursor", "prev_cursor", "result", "result_count"], list.Names(), StringComparer.Ordinal);
        Assert.Equal(JsonValueKind.Null, list.GetProperty("next_cursor").ValueKind);
        Assert.Equal(1, list.GetProperty("result_count").GetInt32());
    }

    [Fact]
    public async Task Pages_have_25_users_by_default_and_come_in_the_order_of_arrival()
    {
        await using var sandbox = await WithUsersAsync(60);

        var pages = await PagesAsync(sandbox, string.Empty);

        Assert.Equal([25, 25, 10], pages.Select(page => page.Count));
        Assert.Equal(Ids(60), pages.SelectMany(page => page), StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_page_has_as_many_users_as_the_limit_says_and_a_full_last_page_has_no_cursor()
    {
        await using var sandbox = await WithUsersAsync(60);

        Assert.Equal([20, 20, 20], (await PagesAsync(sandbox, "&limit=20")).Select(page => page.Count));
    }

    [Fact]
    public async Task A_limit_that_is_too_great_is_cut_down()
    {
        var options = new SandboxOptions { Limits = SandboxLimits.Off, MaxPageSize = 3, DefaultPageSize = 2 };
        await using var sandbox = await WithUsersAsync(5, options);

        Assert.Equal([3, 2], (await PagesAsync(sandbox, "&limit=1000000")).Select(page => page.Count));
        Assert.Equal([2, 2, 1], (await PagesAsync(sandbox, string.Empty)).Select(page => page.Count));
    }

    [Theory]
    [InlineData("&limit=0", "limit must be a positive number")]
    [InlineData("&limit=-1", "limit must be a positive number")]
    [InlineData("&limit=many", "limit must be a positive number")]
    [InlineData("&next_cursor=x", "The cursor is not one of this list")]
    [InlineData("&next_cursor=%00%00", "The cursor is not one of this list")]
    [InlineData("&updated_at[gt]=yesterday", "updated_at must be compared to an ISO 8601 date and time")]
    [InlineData("&created_at[lte]=", "created_at must be compared to an ISO 8601 date and time")]
    public async Task A_parameter_that_makes_no_sense_is_a_local_400(string query, string message)
    {
        await using var sandbox = await Sandbox.StartAsync();

        var error = await sandbox.GetAsync(Sandbox.Collection(query)).JsonAsync(HttpStatusCode.BadRequest);

        error.IsLocalError(HttpStatusCode.BadRequest, "Bad Request");
        Assert.Equal(message, error.Text("message"));
    }

    [Fact]
    public async Task An_empty_cursor_is_the_first_page()
    {
        await using var sandbox = await WithUsersAsync(3);

        var list = await sandbox.GetAsync(Sandbox.Collection("&next_cursor=&limit=1")).JsonAsync();

        Assert.Equal("u0", list.GetProperty("result")[0].Text("id"));
    }

    [Theory]
    [InlineData("updated_at[gt]=2026-01-01T00:00:03Z", "u4,u5")]
    [InlineData("updated_at[gte]=2026-01-01T00:00:03.000Z", "u3,u4,u5")]
    [InlineData("updated_at[lt]=2026-01-01T00:00:02Z", "u0,u1")]
    [InlineData("updated_at[lte]=2026-01-01T00:00:02Z", "u0,u1,u2")]
    [InlineData("updated_at[gt]=2026-01-01T00:00:01Z&updated_at[lt]=2026-01-01T00:00:04Z", "u2,u3")]
    [InlineData("updated_at%5Bgt%5D=2026-01-01T01%3A00%3A03%2B01%3A00", "u4,u5")]
    [InlineData("updated_at[gt]=2026-01-01 00:00:03", "u4,u5")]
    [InlineData("created_at[gt]=2025-12-31", "u0,u1,u2,u3,u4,u5")]
    [InlineData("created_at[gt]=2026-01-01T00:00:00Z", "")]
    [InlineData("updated_at[neq]=2026-01-01T00:00:03Z", "u0,u1,u2,u3,u4,u5")]
    [InlineData("updated_at=2026-01-01T00:00:03Z", "u0,u1,u2,u3,u4,u5")]
    [InlineData("no_such_filter=1", "u0,u1,u2,u3,u4,u5")]
    public async Task Users_are_filtered_by_their_times(string filter, string expected)
    {
        await using var sandbox = await WithUsersAsync(6);

        var pages = await PagesAsync(sandbox, $"&limit=2&{filter}");

        Assert.Equal(expected, string.Join(',', pages.SelectMany(page => page)));
    }

    [Theory]
    [InlineData("onepagecrm")]
    [InlineData("salesforce")]
    public async Task A_provider_without_times_ignores_filters_on_them(string provider)
    {
        await using var sandbox = await Sandbox.StartAsync(provider);

        var list = await sandbox.GetAsync(Sandbox.Collection("&updated_at[gt]=2030-01-01T00:00:00Z")).JsonAsync();

        Assert.Equal(1, list.GetProperty("result_count").GetInt32());
    }

    [Fact]
    public async Task A_filter_finds_what_was_changed_through_the_api()
    {
        await using var sandbox = await WithUsersAsync(6);
        sandbox.Time.Advance(TimeSpan.FromHours(1));
        await sandbox.PatchAsync("""{"name":"A"}""", id: "u2").JsonAsync();

        var pages = await PagesAsync(sandbox, "&updated_at[gt]=2026-01-01T00:30:00Z");

        Assert.Equal("u2", Assert.Single(pages.SelectMany(page => page)));
    }

    [Fact]
    public async Task A_page_that_looks_at_few_users_may_be_empty_and_still_have_a_cursor()
    {
        await using var sandbox = await WithUsersAsync(10, new SandboxOptions { Limits = SandboxLimits.Off, PageScan = 3 });

        var pages = await PagesAsync(sandbox, "&updated_at[gte]=2026-01-01T00:00:07Z");

        Assert.Equal([0, 0, 2, 1], pages.Select(page => page.Count));
    }

    [Fact]
    public async Task A_walk_misses_nobody_while_users_come_and_go()
    {
        await using var sandbox = await WithUsersAsync(6);
        var first = await sandbox.GetAsync(Sandbox.Collection("&limit=3")).JsonAsync();
        sandbox.Truto.RemoveUser(Sandbox.Account, "u1");
        sandbox.Truto.RemoveUser(Sandbox.Account, "u4");
        sandbox.Truto.PutUser(Sandbox.Account, new SandboxUser("new"));

        var rest = await sandbox.GetAsync(Sandbox.Collection($"&limit=10&next_cursor={first.Text("next_cursor")}")).JsonAsync();

        Assert.Equal(
            ["u3", "u5", "new"],
            rest.GetProperty("result").EnumerateArray().Select(user => user.Text("id")),
            StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_cursor_survives_the_removal_of_most_users()
    {
        await using var sandbox = await WithUsersAsync(5_000);
        var first = await sandbox.GetAsync(Sandbox.Collection("&limit=100")).JsonAsync();
        for (var i = 50; i < 4_995; i++)
            Assert.True(sandbox.Truto.RemoveUser(Sandbox.Account, Id(i)));
        sandbox.Truto.PutUser(Sandbox.Account, new SandboxUser("u60"));

        var rest = await sandbox.GetAsync(Sandbox.Collection($"&limit=100&next_cursor={first.Text("next_cursor")}")).JsonAsync();

        Assert.Equal(
            ["u4995", "u4996", "u4997", "u4998", "u4999", "u60"],
            rest.GetProperty("result").EnumerateArray().Select(user => user.Text("id")),
            StringComparer.Ordinal);
        Assert.Equal(56, sandbox.Truto.Users(Sandbox.Account).Count());
    }

    [Fact]
    public async Task Accounts_do_not_see_each_others_users()
    {
        await using var sandbox = await WithUsersAsync(3);
        sandbox.Truto.PutAccount(new SandboxAccount("other", "wix"));

        var list = await sandbox.GetAsync("/unified/crm/users?integrated_account_id=other").JsonAsync();

        Assert.Equal(0, list.GetProperty("result_count").GetInt32());
    }

    private static async Task<Sandbox> WithUsersAsync(int count, SandboxOptions? options = null)
    {
        var sandbox = await Sandbox.StartAsync("wix", options);
        sandbox.Truto.RemoveAccount(Sandbox.Account);
        sandbox.Truto.PutAccount(new SandboxAccount(Sandbox.Account, "wix"));
        for (var i = 0; i < count; i++)
            sandbox.Truto.PutUser(Sandbox.Account, new SandboxUser(Id(i)) { CreatedAt = Start, UpdatedAt = Start.AddSeconds(i) });
        return sandbox;
    }

    private static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"u{number}");

    private static IEnumerable<string> Ids(int count) => Enumerable.Range(0, count).Select(Id);

    private static async Task<List<List<string>>> PagesAsync(Sandbox sandbox, string query)
    {
        List<List<string>> pages = [];
        for (var cursor = string.Empty; cursor is not null;)
        {
            var list = await sandbox.GetAsync(Sandbox.Collection($"{query}&next_cursor={cursor}")).JsonAsync();
            List<string> page = [.. list.GetProperty("result").EnumerateArray().Select(user => user.Text("id")!)];
            Assert.Equal(page.Count, list.GetProperty("result_count").GetInt32());
            pages.Add(page);
            Assert.True(pages.Count < 1_000);
            cursor = list.Text("next_cursor");
        }

        return pages;
    }
}
