using System.Text;
using System.Text.Json.Nodes;
using UserSync.Fetching;
using UserSync.Receiving.Verification;

namespace UserSync.Sources;

/// <summary>Makes deliveries that a source would believe, so that it can be tried before its vendor is pointed at it.</summary>
public static class SampleDelivery
{
    /// <summary>What stands in a sample where a real delivery has the secret itself.</summary>
    public const string SecretPlaceholder = "YOUR-SECRET";

    /// <summary>
    /// A signed delivery with one event, made from the source's plain paths; <see langword="null"/> where only the vendor can sign,
    /// or where the source does not read JSON. A sample never holds a secret.
    /// </summary>
    /// <param name="source">The source.</param>
    /// <param name="url">The address that the source is called at.</param>
    /// <param name="secret">A secret of the source.</param>
    /// <param name="userId">The CRM user's id.</param>
    /// <param name="now">The time of signing.</param>
    public static DeliveryDraft? Make(Source source, string url, string secret, string userId, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.Verifier is not ISigner signer)
        {
            return null;
        }

        var draft = new DeliveryDraft { Url = url, Body = default, SignedAt = now };
        draft.Headers["Content-Type"] = "application/json";
        draft.Body = Encoding.UTF8.GetBytes(source.Events.Wrap(EventOf(source, userId), draft.Headers, now).ToJsonString());
        signer.Sign(draft, signer.RevealsSecret ? SecretPlaceholder : secret);
        using var delivery = draft.ToDelivery(source.Events.Format);
        return delivery.Content.Problem is null ? draft : null;
    }

    /// <summary>An event from which the mapping, or the address of the record, reads something everywhere.</summary>
    private static JsonObject EventOf(Source source, string userId)
    {
        var data = source.Mapping.Sample(userId);
        if (source.Fetch is not { } fetch)
        {
            return data;
        }

        fetch.Place(data);
        var inner = data[EventAndRecord.Event] as JsonObject ?? [];
        data.Remove(EventAndRecord.Event);
        return inner;
    }
}
