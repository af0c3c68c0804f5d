namespace UserSync.Tests.Support;

/// <summary>A stream that does not say how long it is.</summary>
internal sealed class UnknownLength(byte[] content) : MemoryStream(content)
{
    public override bool CanSeek => false;
}
