using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Truto.Sandbox.Tests;

public sealed class StateTests
{
    [Fact]
    public void Every_option_that_is_not_valid_is_named_at_once()
    {
        var error = Assert.Throws<ArgumentException>(() => new SandboxTruto(TimeProvider.System, new SandboxOptions
        {
            Tokens = ["two words"],
            Limits = null!,
            CallCapacity = 0,
            IdempotencyCapacity = 0,
            IdempotencyLifetime = TimeSpan.Zero,
            MaxPageSize = 0,
            DefaultPageSize = 0,
            PageScan = 0,
        }));

        Assert.Equal(
            "Tokens must be 1 to 512 visible ASCII characters each. Limits must not be null; use SandboxLimits.Off. " +
            "CallCapacity must be from 1 to 1,000,000. IdempotencyCapacity must be from 1 to 10,000,000. " +
            "IdempotencyLifetime must be positive. MaxPageSize must be from 1 to 10,000. " +
            "DefaultPageSize must be from 1 to MaxPageSize. PageScan must be at least 1. (Parameter 'options')",
            error.Message);
    }

    [Fact]
    public void An_account_that_is_not_valid_is_refused_and_changes_nothing()
    {
        var truto = Empty();
        truto.PutAccount(new SandboxAccount("a", "wix") { Tokens = ["token-a"] });

        Refused("An account's id must not be empty.", new SandboxAccount("", "wix"));
        Refused("The provider of account b is not in the support matrix.", new SandboxAccount("b", "hubspot"));
        var b = new SandboxAccount("b", "wix");
        Refused("A token of account b belongs to somebody else.", b with { Tokens = ["token-a"] });
        Refused("A token of account b belongs to somebody else.", b with { Tokens = [SandboxOptions.DefaultToken] });
        Refused("The tokens of account b must be 1 to 512 visible ASCII characters each.", b with { Tokens = [""] });

        Assert.Equal("a", Assert.Single(truto.Accounts).Id);

        void Refused(string message, SandboxAccount account) =>
            Assert.StartsWith(message, Assert.Throws<ArgumentException>(() => truto.PutAccount(account)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_user_that_is_not_valid_is_refused_without_its_email_in_the_message()
    {
        var truto = Empty();
        truto.PutAccount(new SandboxAccount("a", "wix"));
        truto.PutUser("a", new SandboxUser("1") { Email = "one@example.com" });

        Refused("There is no account b.", "b", new SandboxUser("1"));
        Refused("A user's id must not be empty.", "a", new SandboxUser(""));
        Refused("Another user of the account has the e-mail address of user 2.", "a", new SandboxUser("2") { Email = "ONE@example.com" });

        Assert.Equal(1, truto.CountUsers("a"));

        void Refused(string message, string account, SandboxUser user)
        {
            var error = Assert.Throws<ArgumentException>(() => truto.PutUser(account, user));
            Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("example.com", error.Message, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void A_user_that_is_put_in_again_is_replaced_and_keeps_its_place()
    {
        var truto = Empty();
        truto.PutAccount(new SandboxAccount("a", "wix"));
        truto.PutUser("a", new SandboxUser("1") { Email = "one@example.com" });
        truto.PutUser("a", new SandboxUser("2"));

        truto.PutUser("a", new SandboxUser("1") { Email = "uno@example.com" });
        truto.PutUser("a", new SandboxUser("3") { Email = "one@example.com" });

        Assert.Equal(["1", "2", "3"], truto.Users("a").Select(user => user.Id), StringComparer.Ordinal);
        Assert.Equal("uno@example.com", truto.Find("a", "1")!.Email);
    }

    [Fact]
    public void What_is_not_there_is_not_found()
    {
        var truto = Empty();

        Assert.Null(truto.Find("a", "1"));
        Assert.Null(truto.FindAccount("a"));
        Assert.Empty(truto.Users("a"));
        Assert.Equal(0, truto.CountUsers("a"));
        Assert.False(truto.RemoveUser("a", "1"));
        Assert.False(truto.RemoveAccount("a"));
        Assert.False(truto.RevokeToken("t"));
    }

    [Fact]
    public void A_removed_account_takes_its_users_and_tokens_along()
    {
        var truto = Empty();
        truto.PutAccount(new SandboxAccount("a", "wix") { Tokens = ["token-a"] });
        truto.PutUser("a", new SandboxUser("1"));

        Assert.True(truto.RemoveAccount("a"));

        Assert.Null(truto.Find("a", "1"));
        Assert.False(truto.RevokeToken("token-a"));
    }

    [Fact]
    public async Task A_replaced_account_keeps_its_users()
    {
        await using var sandbox = await Sandbox.StartAsync();

        sandbox.ChangeAccount(account => account with { Provider = "WIX" });

        var user = await sandbox.GetAsync(Sandbox.Path()).JsonAsync();
        Assert.Equal("amelia@example.com", user.GetProperty("remote_data").Text("loginEmail"));
    }

    [Fact]
    public async Task After_a_reset_everything_is_as_it_was_after_construction()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.ChangeAccount(account => account with { Tokens = ["own-token"] });
        await sandbox.PatchAsync("{}", key: "k").JsonAsync();
        sandbox.Truto.AddToken("second-token");
        sandbox.Truto.RevokeToken(SandboxOptions.DefaultToken);
        sandbox.Truto.Limits = SandboxLimits.Documented;
        sandbox.Truto.Faults.Next(SandboxFault.DropBefore);

        sandbox.Truto.Reset();

        Assert.Empty(sandbox.Truto.Accounts);
        Assert.Equal(0, sandbox.Truto.Calls.Total);
        Assert.Empty(sandbox.Truto.Faults.Script);
        Assert.Equal(SandboxLimits.Off, sandbox.Truto.Limits);
        Assert.False(sandbox.Truto.RevokeToken("second-token"));
        Assert.False(sandbox.Truto.RevokeToken("own-token"));
        sandbox.Truto.PutAccount(new SandboxAccount(Sandbox.Account, "pipedrive"));
        sandbox.Truto.PutUser(Sandbox.Account, new SandboxUser(Sandbox.UserId));
        await sandbox.PatchAsync("""{"name":"A"}""", key: "k").JsonAsync();
        Assert.Equal("A", sandbox.User.Name);
    }

    [Fact]
    public async Task Two_servers_may_share_a_sandbox_and_one_port_serves_one_server()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var second = await SandboxServer.StartAsync(sandbox.Truto, cancellationToken: Sandbox.Cancellation);

        Assert.NotEqual(sandbox.Address, second.BaseAddress);
        await Assert.ThrowsAsync<IOException>(() => SandboxServer.StartAsync(sandbox.Truto, second.BaseAddress.Port, Sandbox.Cancellation));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => SandboxServer.StartAsync(sandbox.Truto, 65_536, Sandbox.Cancellation));
    }

    [Fact]
    public async Task A_sandbox_can_be_mounted_in_an_application_under_a_path()
    {
        var truto = Empty();
        truto.PutAccount(new SandboxAccount("a", "wix"));
        truto.PutUser("a", new SandboxUser("x/y"));
        await using var application = Application();
        application.UsePathBase("/truto");
        application.UseRouting();
        application.MapTrutoSandbox(truto);
        await application.StartAsync(Sandbox.Cancellation);
        using var client = new HttpClient { BaseAddress = new Uri(application.Urls.Single()) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", SandboxOptions.DefaultToken);

        var status = await client.GetAsync("/truto/unified/crm/users/x%2Fy?integrated_account_id=a", Sandbox.Cancellation).StatusAsync();

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("x/y", truto.Calls.Single().UserId);
    }

    [Theory]
    [InlineData("203.0.113.7", HttpStatusCode.Forbidden)]
    [InlineData("::ffff:127.0.0.1", HttpStatusCode.NoContent)]
    [InlineData("::1", HttpStatusCode.NoContent)]
    public async Task Only_a_caller_on_this_machine_may_drive_a_mounted_sandbox(string caller, HttpStatusCode expected)
    {
        var truto = Empty();
        truto.PutAccount(new SandboxAccount("a", "wix"));
        await using var application = Application();
        application.Use((context, next) =>
        {
            context.Connection.RemoteIpAddress = IPAddress.Parse(caller);
            return next(context);
        });
        application.MapTrutoSandbox(truto);
        await application.StartAsync(Sandbox.Cancellation);
        using var client = new HttpClient { BaseAddress = new Uri(application.Urls.Single()) };

        Assert.Equal(expected, await client.PostAsync("/_sandbox/reset", content: null, Sandbox.Cancellation).StatusAsync());
        Assert.Equal(expected == HttpStatusCode.Forbidden, truto.Accounts.Any());
    }

    private static WebApplication Application()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        return builder.Build();
    }

    private static SandboxTruto Empty() => new(TimeProvider.System, new SandboxOptions());
}
