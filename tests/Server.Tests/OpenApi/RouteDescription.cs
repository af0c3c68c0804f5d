using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.OpenApi;
using Server.Operator;
using UserSync.Endpoints.Answers;

namespace Server.Tests.OpenApi;

/// <summary>The description of the operator's requests in OpenAPI, made from the routes of a server.</summary>
internal static class RouteDescription
{
    private const string Document = "v1";

    private const string KeyScheme = "operatorKey";

    /// <summary>Makes the description.</summary>
    /// <param name="sources">The folder of source files of the server.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The document as JSON.</returns>
    internal static async Task<string> MakeAsync(string sources, CancellationToken cancellationToken)
    {
        using var store = new TemporaryStore();
        var settings = ServerHost.Settings(sources);
        store.Use(settings);
        settings["urls"] = "http://127.0.0.1:0";
        await using var server = ServerHost.Build(settings, builder =>
        {
            builder.Logging.ClearProviders();
            AddDescription(builder.Services);
        });
        await server.StartAsync(cancellationToken);
        var description = await server.Services.GetRequiredKeyedService<IOpenApiDocumentProvider>(Document).GetOpenApiDocumentAsync(cancellationToken);
        return await description.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, cancellationToken);
    }

    private static void AddDescription(IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, AnswerJson.Readable));
        services.AddOpenApi(Document, options =>
        {
            // Vendors' webhooks are described by the vendors.
            options.ShouldInclude = description => description.ActionDescriptor.EndpointMetadata.OfType<QueryMetadata>().Any();
            options.AddDocumentTransformer(DescribeAsync);
            options.AddOperationTransformer(CompleteAsync);
        });
    }

    private static Task DescribeAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Truto User Sync: the operator's requests",
            Version = "1",
            Description = "What became of events, and replay. The same in the server and in the Functions app. Answers hold personal data.",
        };
        document.Servers =
        [
            new OpenApiServer { Url = "http://127.0.0.1:5080", Description = "The server, as it starts" },
            new OpenApiServer
            {
                Url = "https://{app}.azurewebsites.net",
                Description = "The Functions app",
                Variables = new Dictionary<string, OpenApiServerVariable>(StringComparer.Ordinal) { ["app"] = new() { Default = "app", Description = "The app's name" } },
            },
        ];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [KeyScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = OperatorAccess.KeyHeader,
                Description = "The operator's key; in Azure a function key. Not needed on the server's own machine where no key is set.",
            },
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(KeyScheme, document)] = [] }];
        return Task.CompletedTask;
    }

    private static Task CompleteAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var names = context.Description.ActionDescriptor.EndpointMetadata.OfType<QueryMetadata>().SelectMany(query => query.Names).ToList();
        operation.Parameters = [.. operation.Parameters ?? [], .. names.Select(QueryParameters.Of)];
        ApiExamples.Complete(operation);
        return Task.CompletedTask;
    }
}
