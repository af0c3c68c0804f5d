namespace UserSync.Sources;

/// <summary>In which form Truto answers an update (<c>truto_response_format</c>). Its fourth, a stream, is nothing to be stored.</summary>
public enum ResponseFormat
{
    /// <summary>The unified user.</summary>
    Unified,

    /// <summary>The provider's answer as it is.</summary>
    Raw,

    /// <summary>The mapped fields in Truto's normalized form.</summary>
    Normalized,
}
