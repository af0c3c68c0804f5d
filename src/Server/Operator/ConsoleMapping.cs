using Microsoft.AspNetCore.DataProtection;
using UserSync.Console;
using UserSync.Console.SignIn;

namespace Server.Operator;

/// <summary>Serves the console at <c>/</c>.</summary>
internal static class ConsoleMapping
{
    internal static IServiceCollection AddOperatorConsole(this IServiceCollection services, IConfiguration configuration)
    {
        // Sign-ins end with the server, and nothing that could forge one is ever on a disk.
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error));
        services.AddConsole(configuration).AddSingleton<ConsoleAccess>();
        services.Remove(services.Single(IsKeyLoader));
        return services;
    }

    internal static void MapOperatorConsole(this WebApplication app)
    {
        foreach (var path in ConsoleEndpoint.Paths.Append(SignInPages.Path).Append(SignInPages.OutPath))
        {
            app.Map(
                $"/{path}",
                (HttpContext context, ConsoleAccess access, CancellationToken cancellationToken) =>
                    access.HandleAsync(context, path, cancellationToken));
        }
    }

    /// <summary>Whether it is what makes and reads keys on the disk when the server starts. Here nobody would use them.</summary>
    private static bool IsKeyLoader(ServiceDescriptor service) =>
        service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Assembly == typeof(IDataProtectionBuilder).Assembly;
}
