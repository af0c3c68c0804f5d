using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using UserSync.Outcomes;

namespace Server.Tests.OpenApi;

/// <summary>The query's parameters, as the endpoints read them.</summary>
internal static class QueryParameters
{
    /// <summary>A parameter.</summary>
    /// <param name="name">Its name.</param>
    internal static IOpenApiParameter Of(string name)
    {
        var (description, schema) = name switch
        {
            "source" => ("Only events of this source.", new OpenApiSchema { Type = JsonSchemaType.String }),
            "status" => ("Only events that stand so.", new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Enum = [.. Words.AllStatuses.Select(word => (JsonNode)JsonValue.Create(word))],
            }),
            "user" => ("Only events of this CRM user.", new OpenApiSchema { Type = JsonSchemaType.String }),
            "since" => ("Only events received at this time or later.", new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" }),
            "cursor" => ("Where the page begins: the cursor of the page before.", new OpenApiSchema { Type = JsonSchemaType.String }),
            "limit" => ("How many events at most.", new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "500" }),
            "dryRun" => ("Only say what would happen.", new OpenApiSchema { Type = JsonSchemaType.Boolean }),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No request takes such a parameter."),
        };
        return new OpenApiParameter { Name = name, In = ParameterLocation.Query, Description = description, Schema = schema };
    }
}
