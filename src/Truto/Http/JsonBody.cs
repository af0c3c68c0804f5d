namespace Truto.Http;

/// <summary>What a body is that is to be sent as it is.</summary>
internal enum JsonBody
{
    /// <summary>Not one JSON object in UTF-8.</summary>
    Other,

    /// <summary>An object without members.</summary>
    EmptyObject,

    /// <summary>An object that is nested too deeply.</summary>
    TooDeep,

    /// <summary>An object that can be sent.</summary>
    Object,
}
