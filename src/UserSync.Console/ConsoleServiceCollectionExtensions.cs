using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using UserSync.Console.DeadLetters;
using UserSync.Console.Events;
using UserSync.Console.Overview;
using UserSync.Console.Playground;
using UserSync.Console.Sources;

namespace UserSync.Console;

/// <summary>Adds the console to a host.</summary>
public static class ConsoleServiceCollectionExtensions
{
    /// <summary>Adds the pages. The product and a store have to be added too.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The host's configuration.</param>
    public static IServiceCollection AddConsole(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<ConsoleOptions>().Bind(configuration.GetSection(ConsoleOptions.SectionName));
        services.AddRazorComponents();
        services.AddAntiforgery(options =>
        {
            options.FormFieldName = "form";
            options.SuppressXFrameOptionsHeader = true;
            options.Cookie.Name = "user-sync-form";
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });

        // An old form is an everyday matter, and says so on the page.
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.Critical));
        services.AddSingleton<EventPages>();
        services.AddSingleton<DeadLetterReader>();
        services.AddSingleton<DeadLetterPages>();
        services.AddSingleton<SourceReview>();
        services.AddSingleton<SourcePages>();
        services.AddSingleton<PlaygroundPages>();
        services.AddSingleton<OverviewPages>();
        services.AddSingleton<RecentActivity>();
        services.AddHostedService(provider => provider.GetRequiredService<RecentActivity>());
        services.AddSingleton<ConsoleEndpoint>();
        return services;
    }
}
