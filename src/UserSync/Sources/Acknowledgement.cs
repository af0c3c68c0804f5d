using System.Net.Http.Headers;
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

    /// <summary>
    /// Whether the sender takes nothing else than this for a success: neither another body, nor one where it expects none.
    /// </summary>
    public bool IsExact => Body is not null || !SuccessStatus.AllowsBody(Status);

    internal static Acknowledgement Read(Setting settings)
    {
        if (!settings.IsPresent || !settings.ExpectObject("status", "contentType", "body"))
        {
            return Ok;
        }

        const string MediaTypeRemedy = "Write the body's media type, for example \"text/xml; charset=utf-8\"";
        var status = SuccessStatus.Read(settings, "body");
        var contentType = settings.Member("contentType").Text(MediaTypeRemedy);
        if (contentType is not null && !MediaTypeHeaderValue.TryParse(contentType, out _))
        {
            settings.Member("contentType").Error("it is not a media type", MediaTypeRemedy);
        }

        var body = settings.Member("body").Text("Write the body as text");
        return new Acknowledgement(status, contentType ?? Ok.ContentType, body is null ? null : Encoding.UTF8.GetBytes(body));
    }
}
