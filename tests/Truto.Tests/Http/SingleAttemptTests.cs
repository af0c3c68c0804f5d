using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.Timeout;
using Truto.Errors;
using Truto.Http;
using Truto.Tests.Support;

namespace Truto.Tests.Http;

public sealed class SingleAttemptTests
{
    private readonly TestTime time = new();
    private int inThePipeline;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    public async Task Only_a_call_that_may_be_repeated_goes_through_the_retries(int retries, int expected)
    {
        var client = Client(new Script(Script.Answer(200, "{}")), attempts => attempts);

        var response = await client.CrmUsers.UpdateAsync("7", Clients.Patch, new TrutoCall { MaxRetries = retries }, Cancellation);

        Assert.Equal((expected, 1), (inThePipeline, response.Attempts));
    }

    [Fact]
    public async Task With_a_handler_between_those_of_the_client_a_single_attempt_goes_through_all_of_them()
    {
        var script = new Script(Script.Answer(500, "{}"));
        var passed = 0;
        var client = Client(script, attempts => new Passing(() => passed++) { InnerHandler = attempts });

        var error = await Assert.ThrowsAsync<TrutoException>(
            () => client.CrmUsers.UpdateAsync("7", Clients.Patch, new TrutoCall { MaxRetries = 0 }, Cancellation));

        Assert.Equal((TrutoErrorCause.TrutoFailure, 1), (error.Cause, error.Attempts));
        Assert.Equal((1, 1), (inThePipeline, passed));
        Assert.Single(script.Sent);
    }

    [Fact]
    public void A_request_shows_nothing_of_its_address()
    {
        var operation = new Operation(HttpMethod.Patch, "/users/{id}");
        var call = new LogicalCall(operation, streams: false, maxRetries: 0, TimeSpan.MaxValue, started: 0);
        using var request = new CallRequest(call, new Uri("https://api.truto.one/users/ada@example.com"));
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer secret");

        Assert.Equal("PATCH /users/{id}", request.ToString());
    }

    private TrutoClient Client(Script script, Func<AttemptHandler, HttpMessageHandler> around)
    {
        var options = Clients.Options();
        var pipeline = new ResiliencePipelineBuilder<HttpResponseMessage>().AddTimeout(new TimeoutStrategyOptions
        {
            TimeoutGenerator = _ =>
            {
                inThePipeline++;
                return ValueTask.FromResult(TestTime.AttemptTimeout);
            },
        });
        var retries = new ResilienceHandler(pipeline.Build())
        {
            InnerHandler = around(new AttemptHandler(options, time) { InnerHandler = script }),
        };
        return new TrutoClient(new HttpMessageInvoker(new SingleAttemptHandler { InnerHandler = retries }), options, time);
    }
}
