using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;
using Truto.Errors;
using Truto.Tests.Support;

namespace Truto.Tests;

public sealed class RegistrationTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_registered_client_calls_Truto()
    {
        await using var server = await Server.StartAsync(200, """{"id":"8"}""");
        await using var provider = new ServiceCollection()
            .AddTruto(options => Configure(options, server.Address)).Services.BuildServiceProvider(validateScopes: true);

        var response = await provider.GetRequiredService<TrutoClient>()
            .CrmUsers.UpdateAsync("7", Clients.Patch, cancellationToken: Cancellation);

        Assert.Equal("8", response.Value.Id);
        Assert.Equal("Bearer test-token", server.Single.Headers["Authorization"]);
    }

    [Fact]
    public async Task The_registered_client_retries_on_the_containers_clock()
    {
        var time = new TestTime();
        var script = new Script(Script.Answer(429, "{}", ("Retry-After", "10")), Script.Answer(200, "{}"));
        var services = new ServiceCollection().AddSingleton<TimeProvider>(time);
        services.AddTruto(options => Configure(options)).ConfigurePrimaryHttpMessageHandler(() => script);
        await using var provider = services.BuildServiceProvider(validateScopes: true);

        var response = await provider.GetRequiredService<TrutoClient>()
            .CrmUsers.UpdateAsync("7", Clients.Patch, cancellationToken: Cancellation);

        Assert.Equal(2, response.Attempts);
        Assert.InRange(Assert.Single(time.Waits), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10.5));
    }

    [Fact]
    public async Task The_registered_client_follows_no_redirects()
    {
        await using var elsewhere = await Server.StartAsync(200, "{}");
        await using var server = await Server.StartAsync(context =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = elsewhere.Address.ToString();
            return Task.CompletedTask;
        });
        await using var provider = new ServiceCollection()
            .AddTruto(options => Configure(options, server.Address)).Services.BuildServiceProvider();

        var error = await Assert.ThrowsAsync<TrutoException>(
            () => provider.GetRequiredService<TrutoClient>().CrmUsers.UpdateAsync("7", Clients.Patch, cancellationToken: Cancellation));

        Assert.Equal(TrutoErrorCause.InvalidResponse, error.Cause);
        Assert.Empty(elsewhere.Sent);
    }

    [Fact]
    public async Task Registering_twice_adds_configuration_and_no_second_set_of_handlers()
    {
        var script = new Script(Script.Answer(500));
        var services = new ServiceCollection().AddSingleton<TimeProvider>(new TestTime());
        services.AddTruto(options => Configure(options)).ConfigurePrimaryHttpMessageHandler(() => script);
        services.AddTruto(options => options.MaxRetries = 2);
        await using var provider = services.BuildServiceProvider();

        var error = await Assert.ThrowsAsync<TrutoException>(
            () => provider.GetRequiredService<TrutoClient>().CrmUsers.UpdateAsync("7", Clients.Patch, cancellationToken: Cancellation));

        Assert.Equal(3, error.Attempts);
        Assert.Equal(3, script.Sent.Count);
    }

    [Fact]
    public async Task Retries_that_every_client_has_by_default_are_not_put_around_those_of_this_client()
    {
        var script = new Script(Script.Answer(500));
        var services = new ServiceCollection().AddSingleton<TimeProvider>(new TestTime());
        services.AddTruto(options => Configure(options)).ConfigurePrimaryHttpMessageHandler(() => script);
        services.ConfigureHttpClientDefaults(http => http.AddResilienceHandler("defaults", pipeline => pipeline.AddRetry(
            new HttpRetryStrategyOptions
            {
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is not null),
                Delay = TimeSpan.Zero,
            })));
        await using var provider = services.BuildServiceProvider();

        var error = await Assert.ThrowsAsync<TrutoException>(
            () => provider.GetRequiredService<TrutoClient>().CrmUsers.UpdateAsync("7", Clients.Patch, cancellationToken: Cancellation));

        Assert.Equal(4, error.Attempts);
        Assert.Equal(4, script.Sent.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_handler_that_is_added_runs_in_each_attempt(int retries)
    {
        var passed = 0;
        var services = new ServiceCollection().AddSingleton<TimeProvider>(new TestTime());
        services.AddTruto(options => Configure(options)).ConfigurePrimaryHttpMessageHandler(() => new Script(Script.Answer(500)))
            .AddHttpMessageHandler(() => new Passing(() => passed++));
        await using var provider = services.BuildServiceProvider();

        var error = await Assert.ThrowsAsync<TrutoException>(() => provider.GetRequiredService<TrutoClient>()
            .CrmUsers.UpdateAsync("7", Clients.Patch, new TrutoCall { MaxRetries = retries }, Cancellation));

        Assert.Equal((retries + 1, retries + 1), (error.Attempts, passed));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_handler_around_those_of_the_client_may_send_a_copy_of_the_request(int retries)
    {
        var services = new ServiceCollection().AddSingleton<TimeProvider>(new TestTime());
        services.ConfigureHttpClientDefaults(http => http.AddHttpMessageHandler(() => new Copying()));
        services.AddTruto(options => Configure(options)).ConfigurePrimaryHttpMessageHandler(() => new Script(Script.Answer(500)));
        await using var provider = services.BuildServiceProvider();

        var error = await Assert.ThrowsAsync<TrutoException>(() => provider.GetRequiredService<TrutoClient>()
            .CrmUsers.UpdateAsync("7", Clients.Patch, new TrutoCall { MaxRetries = retries }, Cancellation));

        Assert.Equal((TrutoErrorCause.TrutoFailure, retries + 1), (error.Cause, error.Attempts));
    }

    [Fact]
    public async Task Headers_that_the_HttpClient_is_configured_with_are_sent()
    {
        await using var server = await Server.StartAsync(200, "{}");
        await using var provider = new ServiceCollection().AddTruto(options => Configure(options, server.Address))
            .ConfigureHttpClient(http => http.DefaultRequestHeaders.Add("X-Tenant", "seven")).Services.BuildServiceProvider();

        await provider.GetRequiredService<TrutoClient>()
            .CrmUsers.UpdateAsync("7", Clients.Patch, new TrutoCall { MaxRetries = 0 }, Cancellation);

        Assert.Equal("seven", server.Single.Headers["X-Tenant"]);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_timeout_that_the_HttpClient_is_configured_with_counts()
    {
        await using var server = await Server.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var provider = new ServiceCollection().AddTruto(options => Configure(options, server.Address))
            .ConfigureHttpClient(http => http.Timeout = TimeSpan.FromMilliseconds(50)).Services.BuildServiceProvider();

        var error = await Assert.ThrowsAsync<TrutoException>(() => provider.GetRequiredService<TrutoClient>()
            .CrmUsers.UpdateAsync("7", Clients.Patch, new TrutoCall { MaxRetries = 0 }, Cancellation));

        Assert.EndsWith("within the deadline of the HttpClient of 0.05 s.", error.Message, StringComparison.Ordinal);
        Assert.Equal((TrutoErrorCause.Timeout, 1), (error.Cause, error.Attempts));
    }

    [Fact]
    public async Task A_factory_of_the_hosts_makes_the_HttpClient()
    {
        var script = new Script(Script.Answer(200, """{"id":"8"}"""));
        var services = new ServiceCollection();
        services.AddTruto(options => Configure(options));
        services.AddSingleton<IHttpClientFactory>(new Factory(script));
        await using var provider = services.BuildServiceProvider();

        var response = await provider.GetRequiredService<TrutoClient>()
            .CrmUsers.UpdateAsync("7", Clients.Patch, cancellationToken: Cancellation);

        Assert.Equal("8", response.Value.Id);
        Assert.Single(script.Sent);
    }

    [Fact]
    public async Task Wrong_options_stop_the_host_from_starting_with_every_error()
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddTruto(options =>
        {
            options.BaseAddress = new Uri("http://api.truto.one/");
            options.MaxRetries = 21;
        });
        using var host = builder.Build();

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Cancellation));

        Assert.Equal(2, error.Failures.Count());
    }

    private sealed class Factory(HttpMessageHandler handler) : IHttpClientFactory
    {
        public HttpClient CreateClient(string name) => new(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
    }

    private static void Configure(TrutoOptions options, Uri? server = null)
    {
        var wanted = Clients.Options(server);
        options.BaseAddress = wanted.BaseAddress;
        options.Token = wanted.Token;
        options.AttemptTimeout = wanted.AttemptTimeout;
        options.OverallTimeout = wanted.OverallTimeout;
    }
}
