using System.Net;
using System.Text.Json;

namespace Truto.Sandbox.Tests;

internal static class HttpAssertions
{
    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response, HttpStatusCode expected = HttpStatusCode.OK)
    {
        var text = await response.Content.ReadAsStringAsync(Sandbox.Cancellation);
        Assert.True(expected == response.StatusCode, $"Expected {expected}, got {response.StatusCode}: {text}");
        Assert.Contains("json", response.Content.Headers.ContentType?.MediaType, StringComparison.Ordinal);
        return JsonElement.Parse(text);
    }

    public static async Task<JsonElement> JsonAsync(this Task<HttpResponseMessage> sending, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await sending;
        return await response.JsonAsync(expected);
    }

    public static async Task<HttpStatusCode> StatusAsync(this Task<HttpResponseMessage> sending)
    {
        using var response = await sending;
        return response.StatusCode;
    }

    public static string[] Names(this JsonElement json) =>
        [.. json.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal)];

    public static string? Text(this JsonElement json, string name) => json.GetProperty(name).GetString();

    public static string? Header(this HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    /// <summary>Checks what every error has, and that it has nothing else than what is expected.</summary>
    public static void IsError(this JsonElement error, HttpStatusCode status, string reason, params string[] further)
    {
        Assert.Equal((int)status, error.GetProperty("statusCode").GetInt32());
        Assert.Equal(reason, error.Text("error"));
        Assert.Equal(JsonValueKind.String, error.GetProperty("message").ValueKind);
        var expected = new[] { "error", "message", "statusCode" }.Concat(further);
        Assert.Equal(expected.Order(StringComparer.Ordinal), error.Names(), StringComparer.Ordinal);
    }

    public static void IsLocalError(this JsonElement error, HttpStatusCode status, string reason) => error.IsError(status, reason);

    public static void IsRemoteError(this JsonElement error, HttpStatusCode status, string reason)
    {
        error.IsError(status, reason, "raw_response", "truto_error_insight", "truto_is_remote_error");
        Assert.True(error.GetProperty("truto_is_remote_error").GetBoolean());
        Assert.Equal(["description"], error.GetProperty("truto_error_insight").GetProperty("remote_error").Names(), StringComparer.Ordinal);
    }
}
