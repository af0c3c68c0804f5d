namespace UserSync.Azure.Queue;

/// <summary>What to show when a message that was taken is completed.</summary>
/// <param name="MessageId">The message's id.</param>
/// <param name="PopReceipt">The service's receipt: a new one each time that the message is taken.</param>
/// <param name="Blob">The name of the blob that has the message's body; empty where there is none.</param>
internal readonly record struct Receipt(string MessageId, string PopReceipt, string Blob)
{
    private const char Separator = '|';

    /// <summary>Reads a receipt.</summary>
    /// <param name="text">What <see cref="ToString"/> wrote.</param>
    /// <exception cref="FormatException">It is not one.</exception>
    internal static Receipt Parse(string text) =>
        text.Split(Separator) is [var id, var receipt, var blob]
            ? new Receipt(id, receipt, blob)
            : throw new FormatException("This is not a receipt of this queue.");

    /// <inheritdoc/>
    public override string ToString() => string.Join(Separator, MessageId, PopReceipt, Blob);
}
