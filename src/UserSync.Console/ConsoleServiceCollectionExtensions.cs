using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using UserSync.Console.DeadLetters;
using UserSync.Console.Events;
using UserSync.Console.Sources;

namespace UserSync.Console;

/// <summary>Adds the console to a host.</summary>
public static class ConsoleServiceCollectionExtensions
{
    /// <summary>Adds the pages. The product and a store have to be added too.</summary>
    /// <param name="services">The services.</param>
    public static IServiceCollection AddConsole(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
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
        services.AddSingleton<ConsoleEndpoint>();
        return services;
    }
}
