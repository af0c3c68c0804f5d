using System.Text.Json.Serialization;

namespace Truto.Sandbox;

/// <summary>Whether the provider lets an integrated account in.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SandboxAccountStatus>))]
public enum SandboxAccountStatus
{
    /// <summary>The connection works.</summary>
    [JsonStringEnumMemberName("active")]
    Active,

    /// <summary>The provider refuses the connection: every call ends in a remote 401 until the end user reconnects.</summary>
    [JsonStringEnumMemberName("needs_reauth")]
    NeedsReauth,
}
