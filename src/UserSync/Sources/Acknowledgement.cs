using System.Net.Http.Headers;
using System.Text;
using UserSync.Configuration;

namespace UserSync.Sources;

/// <summary>What a sender expects to hear when its delivery was taken.</summary>
/// <param name="Status">The status.</param>
/// <param name="ContentType">The body's media type.</param>
/// <param name="Body">The body; <see langword="null"/> where the sender does not mind.</param>
public sealed record Acknowledgement(int Status, string ContentType, byte[]? Body)
{
    private static readonly Acknowledgement Ok = new(200, "text/plain", null);

    /// <summary>Whether a reply with this status has a body: HTTP forbids it for 204 and 205.</summary>
    internal bool HasBody => MayHaveBody(Status);

    /// <summary>Whether a reply with a status may have a body.</summary>
    /// <param name="status">The status.</param>
    internal static bool MayHaveBody(int status) => status is not (204 or 205);

    internal static Acknowledgement Read(Setting settings)
    {
        if (!settings.IsPresent || !settings.ExpectObject("status", "contentType", "body"))
        {
            return Ok;
        }

        const string MediaTypeRemedy = "Write the body's media type, for example \"text/xml; charset=utf-8\"";
        var status = settings.Member("status").Integer(200, 299) ?? Ok.Status;
        var contentType = settings.Member("contentType").Text(MediaTypeRemedy);
        if (contentType is not null && !MediaTypeHeaderValue.TryParse(contentType, out _))
        {
            settings.Member("contentType").Error("it is not a media type", MediaTypeRemedy);
        }

        var body = settings.Member("body").Text("Write the body as text");
        if (body is not null && !MayHaveBody(status))
        {
            settings.Member("body").Error($"a reply with status {status} cannot have a body", "Remove it, or write status 200");
        }

        return new Acknowledgement(status, contentType ?? Ok.ContentType, body is null ? null : Encoding.UTF8.GetBytes(body));
    }
}
