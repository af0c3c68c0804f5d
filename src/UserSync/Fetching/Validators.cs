using System.Globalization;
using System.Net.Http.Headers;

namespace UserSync.Fetching;

/// <summary>What a source system recognizes a version of a record by (RFC 9110, section 8.8).</summary>
/// <param name="ETag">The entity tag, as it was written.</param>
/// <param name="LastModified">The time of the last change, where it was long enough past to be of use.</param>
internal sealed record Validators(string? ETag, DateTimeOffset? LastModified)
{
    // The time has whole seconds: a record may change twice in one. Some clocks of one source system differ by more.
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(1);

    /// <summary>Reads what an answer says; <see langword="null"/> where it says nothing.</summary>
    internal static Validators? Read(HttpResponseMessage response)
    {
        var etag = response.Headers.NonValidated.TryGetValues("ETag", out var values) ? values.ToString() : null;
        etag = EntityTagHeaderValue.TryParse(etag, out _) ? etag : null;
        var modified = response.Content.Headers.LastModified;
        modified = response.Headers.Date - modified >= Settled ? modified : null;
        return etag is null && modified is null ? null : new Validators(etag, modified);
    }

    /// <summary>Asks for the record only where it has changed.</summary>
    internal void ApplyTo(HttpRequestHeaders headers)
    {
        if (ETag is not null)
        {
            headers.TryAddWithoutValidation("If-None-Match", ETag);
        }
        else if (LastModified is { } modified)
        {
            headers.TryAddWithoutValidation("If-Modified-Since", modified.ToString("r", CultureInfo.InvariantCulture));
        }
    }
}
