namespace UserSync.Sources;

/// <summary>In which words a sender is told that its delivery was refused.</summary>
public enum RefusalFormat
{
    /// <summary>A problem document (RFC 9457), with 401 for what is not genuine.</summary>
    Problem,

    /// <summary>The error of security event delivery (RFC 8935, section 2.3): 400 with <c>err</c> and <c>description</c>.</summary>
    SecurityEvent,
}
