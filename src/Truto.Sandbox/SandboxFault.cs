using System.Text.Json.Serialization;

namespace Truto.Sandbox;

/// <summary>What can be made to go wrong with a request.</summary>
/// <remarks>
/// A fault strikes at its place in the order of checks. A request that ends earlier (a wrong token, a replayed answer …) uses the
/// fault up without showing it.
/// </remarks>
[JsonConverter(typeof(JsonStringEnumConverter<SandboxFault>))]
public enum SandboxFault
{
    /// <summary>Nothing: in a script, a request that is served normally.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>The connection is dropped before anything is done.</summary>
    [JsonStringEnumMemberName("drop_before")]
    DropBefore,

    /// <summary>The connection is dropped after everything is done: the change is made, the answer is lost.</summary>
    [JsonStringEnumMemberName("drop_after")]
    DropAfter,

    /// <summary>Nothing is done and no answer comes, until the caller gives up.</summary>
    [JsonStringEnumMemberName("hang")]
    Hang,

    /// <summary>Everything is done, but the body of the answer is not what its content type says: JSON that breaks off.</summary>
    [JsonStringEnumMemberName("garbage")]
    Garbage,

    /// <summary>Truto's own 429, with <c>Retry-After: 10</c>.</summary>
    [JsonStringEnumMemberName("truto_rate_limit")]
    TrutoRateLimit,

    /// <summary>Truto's own 500.</summary>
    [JsonStringEnumMemberName("truto_error")]
    TrutoError,

    /// <summary>The provider's 429 (remote).</summary>
    [JsonStringEnumMemberName("provider_rate_limit")]
    ProviderRateLimit,

    /// <summary>A 502 (remote) whose <c>raw_response</c> is the text of an HTML page.</summary>
    [JsonStringEnumMemberName("bad_gateway")]
    BadGateway,

    /// <summary>The provider's 503 (remote).</summary>
    [JsonStringEnumMemberName("service_unavailable")]
    ServiceUnavailable,

    /// <summary>A 504 (remote) with an empty message and an empty <c>raw_response</c>.</summary>
    [JsonStringEnumMemberName("gateway_timeout")]
    GatewayTimeout,
}
