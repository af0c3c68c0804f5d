using Microsoft.AspNetCore.Http;
using UserSync.Receiving;
using UserSync.Sources;

namespace UserSync.Previews;

/// <summary>A delivery that nobody sent: what a source would make of a body is tried on it.</summary>
public static class TrialDelivery
{
    /// <summary>Makes the delivery.</summary>
    /// <param name="source">The source to which it would have been sent.</param>
    /// <param name="headers">Its headers.</param>
    /// <param name="body">Its body.</param>
    /// <param name="receivedAt">When it would have arrived.</param>
    public static Delivery To(Source source, IHeaderDictionary headers, ReadOnlyMemory<byte> body, DateTimeOffset receivedAt)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new Delivery(source.Events.Format)
        {
            Source = source.Name,
            Method = HttpMethods.Post,
            Url = string.Empty,
            Headers = headers,
            Query = QueryCollection.Empty,
            Body = body,
            ReceivedAt = receivedAt,
        };
    }
}
