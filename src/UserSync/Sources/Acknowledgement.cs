using System.Text;
using UserSync.Configuration;

namespace UserSync.Sources;

/// <summary>What a sender expects to hear when its delivery was taken.</summary>
/// <param name="Status">The status.</param>
/// <param name="ContentType">The body's media type.</param>
/// <param name="Body">The body, which may be empty; <see langword="null"/> where the sender does not mind.</param>
public sealed record Acknowledgement(int Status, string ContentType, byte[]? Body)
{
    private static readonly Acknowledgement Ok = new(200, "text/plain", null);

    internal static Acknowledgement Read(Setting settings)
    {
        if (!settings.IsPresent || !settings.ExpectObject("status", "contentType", "body"))
        {
            return Ok;
        }

        var body = settings.Member("body").Text("Write the body as text");
        return new Acknowledgement(
            settings.Member("status").Integer(200, 299) ?? Ok.Status,
            settings.Member("contentType").Text("Write the body's media type") ?? Ok.ContentType,
            body is null ? null : Encoding.UTF8.GetBytes(body));
    }
}
