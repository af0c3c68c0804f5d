namespace UserSync.Receiving.Bodies;

/// <summary>One way of writing a body. Whatever it is, what comes out is JSON, so that expressions see one language.</summary>
public interface IBodyFormat
{
    /// <summary>Reads a delivery's body. A body that is not in this format is a result, not an exception.</summary>
    /// <param name="delivery">The delivery.</param>
    BodyContent Read(Delivery delivery);
}
