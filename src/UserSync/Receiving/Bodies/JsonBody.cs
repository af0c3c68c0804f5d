namespace UserSync.Receiving.Bodies;

/// <summary>A body that is one JSON value.</summary>
/// <param name="maxDepth">The deepest nesting.</param>
internal sealed class JsonBody(int maxDepth) : IBodyFormat
{
    /// <inheritdoc/>
    public BodyContent Read(Delivery delivery) => JsonBytes.Parse(delivery.Body, maxDepth);
}
