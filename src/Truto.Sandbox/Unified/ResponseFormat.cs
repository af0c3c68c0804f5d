namespace Truto.Sandbox.Unified;

/// <summary>The values of <c>truto_response_format</c>.</summary>
internal enum ResponseFormat
{
    Unified,
    Raw,
    Normalized,
    Stream,
}
