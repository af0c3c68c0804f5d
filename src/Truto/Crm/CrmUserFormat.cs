namespace Truto.Crm;

/// <summary>In which form Truto answers with a user: <c>truto_response_format</c>.</summary>
public enum CrmUserFormat
{
    /// <summary>Truto's unified user: <c>unified</c>.</summary>
    Unified,

    /// <summary>The provider's own answer, unprocessed: <c>raw</c>.</summary>
    Raw,

    /// <summary>Truto's normalized format, which is not documented further: <c>normalized</c>.</summary>
    Normalized,
}
