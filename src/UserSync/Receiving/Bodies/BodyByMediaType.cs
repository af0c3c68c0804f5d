namespace UserSync.Receiving.Bodies;

/// <summary>Picks the format by the delivery's media type, for senders that write in several.</summary>
/// <param name="byDefault">The format of every other media type.</param>
/// <param name="others">The formats of some media types.</param>
internal sealed class BodyByMediaType(IBodyFormat byDefault, IReadOnlyDictionary<string, IBodyFormat> others) : IBodyFormat
{
    /// <inheritdoc/>
    public BodyContent Read(Delivery delivery) => others.GetValueOrDefault(delivery.MediaType, byDefault).Read(delivery);
}
