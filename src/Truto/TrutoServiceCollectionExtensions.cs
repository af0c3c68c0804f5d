using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Truto.Http;

namespace Truto;

/// <summary>Registers the client in a container.</summary>
public static class TrutoServiceCollectionExtensions
{
    private const string ClientName = "Truto";

    /// <summary>
    /// Registers <see cref="TrutoClient"/> as a typed client of <see cref="IHttpClientFactory"/>. Singletons may hold it. The options
    /// are validated when the host starts. A <see cref="TimeProvider"/> of the container is used where there is one. Calling this
    /// again adds only the configuration.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>
    /// The builder of the client's <see cref="HttpClient"/>; what is added to it runs inside each attempt. The factory's own logging
    /// is removed, because it writes the URL with the id of a user.
    /// </returns>
    public static IHttpClientBuilder AddTruto(this IServiceCollection services, Action<TrutoOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);

        if (configure is not null)
        {
            services.Configure(configure);
        }

        var builder = services.AddHttpClient(ClientName);
        if (services.Any(service => service.ServiceType == typeof(TrutoClient)))
        {
            return builder;
        }

        services.AddOptions<TrutoOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TrutoOptions>, TrutoOptionsValidator>());
#pragma warning disable EXTEXP0001 // Retries that ConfigureHttpClientDefaults gives to every client would multiply those below.
        builder.RemoveAllResilienceHandlers();
#pragma warning restore EXTEXP0001
        builder
            .ConfigureHttpClient(http => http.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => TrutoClient.CreatePrimaryHandler())

            // The primary handler renews its connections itself, so that a client may be held for ever.
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers()
            .AddTypedClient(CreateClient)
            .AddHttpMessageHandler(() => new SingleAttemptHandler())
            .AddResilienceHandler(
                "retry",
                (pipeline, context) => RetryPolicy.Apply(pipeline, OptionsOf(context.ServiceProvider), TimeOf(context.ServiceProvider)));
        return builder.AddHttpMessageHandler(provider => new AttemptHandler(OptionsOf(provider), TimeOf(provider)));
    }

    private static TrutoClient CreateClient(HttpClient http, IServiceProvider provider)
    {
        // Where nobody has configured the client of the factory, its handlers are all there is to it.
        var isPlain = http.Timeout == Timeout.InfiniteTimeSpan && http.DefaultRequestHeaders.NonValidated.Count == 0;
        return isPlain && provider.GetService<IHttpClientFactory>() is IHttpMessageHandlerFactory factory
            ? new TrutoClient(
                new HttpMessageInvoker(factory.CreateHandler(ClientName), disposeHandler: false), OptionsOf(provider), TimeOf(provider))
            : new TrutoClient(http, OptionsOf(provider), TimeOf(provider));
    }

    private static TrutoOptions OptionsOf(IServiceProvider provider) => provider.GetRequiredService<IOptions<TrutoOptions>>().Value;

    private static TimeProvider TimeOf(IServiceProvider provider) => provider.GetService<TimeProvider>() ?? TimeProvider.System;
}
