using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Truto.Sandbox.Tests;

public sealed class PathTests
{
    [Theory]
    [InlineData("a/b")]
    [InlineData("a%2Fb")]
    [InlineData("..%2F")]
    [InlineData("..%2F..%2Fusers")]
    [InlineData("../x")]
    [InlineData("...")]
    [InlineData("%")]
    [InlineData("%25")]
    [InlineData("%zz")]
    [InlineData("a?b=c#d&e")]
    [InlineData("a b+c")]
    [InlineData("\\")]
    [InlineData("Ünïcödé 🙂")]
    [InlineData("alt:ref:imported@frontapp.com_t:50603")]
    [InlineData("a\nb\t\"'<>")]
    [InlineData("users")]
    public async Task Any_id_reaches_its_own_user_and_no_other(string id)
    {
        await using var sandbox = await Sandbox.StartAsync("planhat");
        sandbox.Truto.PutUser(Sandbox.Account, new SandboxUser(id));

        var user = await sandbox.PatchAsync("""{"name":"B"}""", id: id).JsonAsync();

        Assert.Equal(id, user.Text("id"));
        Assert.Equal(id, sandbox.LastCall.UserId);
        Assert.Equal(1, sandbox.Truto.Find(Sandbox.Account, id)!.Revision);
        Assert.Equal(0, sandbox.User.Revision);
    }

    [Fact]
    public async Task An_encoded_and_a_doubly_encoded_slash_are_two_ids()
    {
        await using var sandbox = await Sandbox.StartAsync("planhat");
        sandbox.Truto.PutUser(Sandbox.Account, new SandboxUser("a/b") { Name = "slash" });
        sandbox.Truto.PutUser(Sandbox.Account, new SandboxUser("a%2Fb") { Name = "percent" });

        var slash = await sandbox.GetAsync($"/unified/crm/users/a%2Fb?integrated_account_id={Sandbox.Account}").JsonAsync();
        var percent = await sandbox.GetAsync($"/unified/crm/users/a%252Fb?integrated_account_id={Sandbox.Account}").JsonAsync();

        Assert.Equal("slash", slash.Text("name"));
        Assert.Equal("percent", percent.Text("name"));
    }

    [Theory]
    [InlineData("/unified/crm/users/..")]
    [InlineData("/unified/crm/users/%2E%2E")]
    [InlineData("/unified/crm/users/%2e")]
    [InlineData("/unified/crm/users/../../_sandbox/reset")]
    public async Task A_path_of_dots_is_a_local_404(string path)
    {
        await using var sandbox = await Sandbox.StartAsync();

        var response = await SendRawAsync(sandbox, path);

        Assert.StartsWith("HTTP/1.1 404 ", response, StringComparison.Ordinal);
        Assert.Equal(1, sandbox.Truto.CountUsers(Sandbox.Account));
    }

    [Fact]
    public async Task An_absolute_target_is_understood()
    {
        await using var sandbox = await Sandbox.StartAsync();

        var response = await SendRawAsync(sandbox, $"{sandbox.Address}{Sandbox.Path().TrimStart('/')}");

        Assert.StartsWith("HTTP/1.1 200 ", response, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("remote_query[foo]=bar", """{"foo":"bar"}""")]
    [InlineData("remote_query%5Bfoo%5D%5Bbar%5D=b%20a+z", """{"foo":{"bar":"b a z"}}""")]
    [InlineData("remote_query[a]=1&remote_query[b][c]=2&remote_query[b][d]=3", """{"a":"1","b":{"c":"2","d":"3"}}""")]
    [InlineData("remote_query[a][]=1&remote_query[a][]=2", """{"a":["1","2"]}""")]
    [InlineData("remote_query[a][1]=y&remote_query[a][0]=x", """{"a":["x","y"]}""")]
    [InlineData("remote_query[a][][b]=1&remote_query[a][][b]=2", """{"a":[{"b":"1"},{"b":"2"}]}""")]
    [InlineData("remote_query[a][21]=x", """{"a":{"21":"x"}}""")]
    [InlineData("remote_query[a]=1&remote_query[a]=2", """{"a":["1","2"]}""")]
    [InlineData("remote_query[]=1&remote_query[x]=2", """{"0":"1","x":"2"}""")]
    [InlineData("remote_query[a][b][c][d][e][f][g]=1", """{"a":{"b":{"c":{"d":{"e":{"[f][g]":"1"}}}}}}""")]
    [InlineData("remote_query[a=1", """{"[a":"1"}""")]
    [InlineData("remote_query[a]x=1", """{"a":{"x":"1"}}""")]
    [InlineData("remote_query=x", "\"x\"")]
    [InlineData("remote_query[%C3%A9]=%22", """{"é":"\""}""")]
    public async Task The_query_for_the_provider_is_kept_as_it_was_meant(string query, string expected)
    {
        await using var sandbox = await Sandbox.StartAsync();

        await sandbox.PatchAsync("{}", $"&{query}").JsonAsync();

        Assert.Equal(expected, sandbox.LastCall.RemoteQuery?.GetRawText());
        Assert.EndsWith(query, sandbox.LastCall.Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_of_too_many_parameters_is_a_local_400()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var query = string.Concat(Enumerable.Repeat("&a=1", 1_000));

        var error = await sandbox.GetAsync(Sandbox.Path(query: query)).JsonAsync(HttpStatusCode.BadRequest);

        error.IsLocalError(HttpStatusCode.BadRequest, "Bad Request");
        Assert.Equal("Too many query parameters: at most 1000 are allowed", error.Text("message"));
    }

    // HttpClient tidies paths up, so this does without it.
    private static async Task<string> SendRawAsync(Sandbox sandbox, string target)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, sandbox.Address.Port, Sandbox.Cancellation);
        await using var stream = client.GetStream();
        var request = $"GET {target} HTTP/1.1\r\nHost: {sandbox.Address.Authority}\r\nConnection: close\r\n" +
            $"Authorization: Bearer {SandboxOptions.DefaultToken}\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), Sandbox.Cancellation);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Sandbox.Cancellation);
    }
}
