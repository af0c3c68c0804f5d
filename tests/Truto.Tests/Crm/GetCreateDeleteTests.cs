using Truto.Crm;
using Truto.Errors;
using Truto.Tests.Support;

namespace Truto.Tests.Crm;

public sealed class GetCreateDeleteTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_user_is_got_without_a_body_or_an_idempotency_key()
    {
        await using var server = await Server.StartAsync(200, """{"email":"ada@example.com"}""");

        var response = await server.Users().GetAsync(
            "a/b", new TrutoCall { IntegratedAccountId = "x", IdempotencyKey = "ignored" }, Cancellation);

        var sent = server.Single;
        Assert.Equal(("GET", "/unified/crm/users/a%2Fb?integrated_account_id=x", ""), (sent.Method, sent.Target, sent.Body));
        Assert.DoesNotContain("Idempotency-Key", server.Single.Headers.Keys);
        Assert.Equal(("a/b", "ada@example.com"), (response.Value.Id, response.Value.Email));
        Assert.Null(response.IdempotencyKey);
    }

    [Theory]
    [InlineData(200, null)]
    [InlineData(204, null)]
    [InlineData(200, "[]")]
    [InlineData(200, "null")]
    public async Task A_read_that_answers_nothing_is_an_invalid_response(int status, string? body)
    {
        await using var server = await Server.StartAsync(status, body);

        var error = await Assert.ThrowsAsync<TrutoException>(() => server.Users().GetAsync("7", cancellationToken: Cancellation));

        Assert.Equal(TrutoErrorCause.InvalidResponse, error.Cause);
        Assert.Contains("The answer is not a JSON object.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_is_created_in_the_collection()
    {
        await using var server = await Server.StartAsync(201, """{"id":8}""");

        var response = await server.Users().CreateAsync(Clients.Patch, new TrutoCall { IntegratedAccountId = "x" }, Cancellation);

        Assert.Equal(("POST", "/unified/crm/users?integrated_account_id=x"), (server.Single.Method, server.Single.Target));
        Assert.Equal("""{"email":"ada@example.com"}""", server.Single.Body);
        Assert.Equal(response.IdempotencyKey, server.Single.Headers["Idempotency-Key"]);
        Assert.Equal("8", response.Value.Id);
    }

    [Fact]
    public async Task A_created_user_of_which_nothing_is_said_has_no_id()
    {
        await using var server = await Server.StartAsync(204);

        Assert.Null((await server.Users().CreateAsync(Clients.Patch, cancellationToken: Cancellation)).Value.Id);
    }

    [Fact]
    public async Task A_user_without_fields_is_not_created() => await Assert.ThrowsAsync<ArgumentException>(
        () => new Script().Users().CreateAsync(new CrmUserPatch(), cancellationToken: Cancellation));

    [Theory]
    [InlineData("""{"id":"8"}""", "8")]
    [InlineData("""{"result":{"id":8}}""", "8")]
    [InlineData("{}", "7")]
    [InlineData(null, "7")]
    public async Task A_user_is_deleted_and_its_id_told(string? body, string id)
    {
        await using var server = await Server.StartAsync(200, body);

        var response = await server.Users().DeleteAsync("7", cancellationToken: Cancellation);

        Assert.Equal(("DELETE", "/unified/crm/users/7"), (server.Single.Method, server.Single.Target));
        Assert.Equal(response.IdempotencyKey, server.Single.Headers["Idempotency-Key"]);
        Assert.Equal(id, response.Value);
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await using var server = await Server.StartAsync(404, """{"truto_is_remote_error":true}""");

        var error = await Assert.ThrowsAsync<TrutoException>(() => server.Users().DeleteAsync("7", cancellationToken: Cancellation));

        Assert.Equal(
            "DELETE /unified/crm/users/{id}: NotFound (HTTP 404). The provider has no such record; check the id.", error.Message);
    }
}
