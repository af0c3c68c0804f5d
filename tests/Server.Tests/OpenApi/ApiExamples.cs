using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Server.Tests.OpenApi;

/// <summary>The examples of the description: requests, and what they are answered.</summary>
internal static class ApiExamples
{
    /// <summary>The examples, in an order in which each finds what those before it left.</summary>
    internal static JsonArray All { get; } = Load();

    /// <summary>Puts the examples of a request into its description.</summary>
    /// <param name="operation">The request.</param>
    internal static void Complete(OpenApiOperation operation)
    {
        foreach (var example in All.OfType<JsonObject>().Where(example => example["operation"]!.GetValue<string>() == operation.OperationId))
        {
            var status = example["status"]!.GetValue<int>().ToString(CultureInfo.InvariantCulture);
            var content = operation.Responses![status].Content!.Values.Cast<OpenApiMediaType>().Single();
            content.Examples ??= new Dictionary<string, IOpenApiExample>(StringComparer.Ordinal);
            content.Examples[example["name"]!.GetValue<string>()] = new OpenApiExample
            {
                Summary = $"{example["method"]} {example["address"]}",
                Value = example["answer"]!.DeepClone(),
            };
        }
    }

    private static JsonArray Load()
    {
        using var stream = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "OpenApi", "examples.json"));
        return JsonNode.Parse(stream)!.AsArray();
    }
}
