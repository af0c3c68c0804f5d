using UserSync.Endpoints;
using UserSync.Outcomes;
using UserSync.Tests.Support;

namespace UserSync.Tests.Endpoints;

public sealed class ProblemsTests
{
    [Fact]
    public async Task A_problem_says_what_happened_and_what_to_do()
    {
        Assert.Equal(
            (503, "source-not-ready", "The source is configured, but cannot run yet. Try again later.", "60"), await SayAsync(Problems.SourceNotReady()));
        Assert.Equal(
            (503, "secrets-unavailable", "Secrets cannot be read at the moment. Try again later.", "10"), await SayAsync(Problems.SecretsUnavailable()));
        Assert.Equal((503, "store-unavailable", "Nothing can be stored at the moment. Try again later.", "10"), await SayAsync(Problems.StoreUnavailable()));
        Assert.Equal((400, "bad-request", "The request's body could not be read to its end.", ""), await SayAsync(Problems.Unreadable(400)));
        Assert.Equal((405, "wrong-method", "Deliveries are sent with POST.", ""), await SayAsync(Problems.WrongMethod("POST")));
    }

    [Theory]
    [InlineData("rate-limited", true, 503)]
    [InlineData("no-token", true, 503)]
    [InlineData("secrets-unavailable", true, 503)]
    [InlineData("timeout", true, 504)]
    [InlineData("conflict", false, 409)]
    [InlineData("reauthentication-required", false, 502)]
    [InlineData("missing-scopes", false, 502)]
    [InlineData("forbidden", false, 502)]
    [InlineData("read-only", false, 502)]
    [InlineData("account-blocked", false, 502)]
    [InlineData("provider-failure", true, 502)]
    [InlineData("provider-validation", false, 422)]
    [InlineData("mapping-failed", false, 422)]
    public void The_status_tells_whose_turn_it_is(string cause, bool isTransient, int status) =>
        Assert.Equal(status, Problems.StatusOf(new Failure(cause, "why", isTransient)));

    private static async Task<(int Status, string Type, string Detail, string RetryAfter)> SayAsync(ProblemResult problem)
    {
        var answer = await TestEndpoint.ExecuteAsync(problem);
        return (answer.Status, answer.Problem, answer.Detail, answer.Headers.GetValueOrDefault("Retry-After", ""));
    }
}
