using System.Text.Json;
using UserSync.Receiving;
using UserSync.Receiving.Bodies;

namespace UserSync.Tests.Support;

/// <summary>Reads bodies.</summary>
internal static class Bodies
{
    /// <summary>A body that has to be understood, as JSON text in one line.</summary>
    internal static string Json(this IBodyFormat format, Delivery delivery)
    {
        using var content = format.Read(delivery);
        Assert.Null(content.Problem);
        return JsonSerializer.Serialize(content.Root, Relaxed);
    }

    internal static string Json(this IBodyFormat format, string body) => format.Json(Deliveries.Of(body));

    /// <summary>What is wrong with a body that has to be refused.</summary>
    internal static string Problem(this IBodyFormat format, Delivery delivery)
    {
        using var content = format.Read(delivery);
        Assert.Equal(JsonValueKind.Undefined, content.Root.ValueKind);
        Assert.NotNull(content.Problem);
        return content.Problem;
    }

    internal static string Problem(this IBodyFormat format, string body) => format.Problem(Deliveries.Of(body));

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
