using System.Text.Json.Serialization;

namespace Truto.Sandbox.Control;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(List<SandboxAccount>))]
[JsonSerializable(typeof(List<SandboxUser>))]
[JsonSerializable(typeof(UsersDocument))]
[JsonSerializable(typeof(CallsDocument))]
[JsonSerializable(typeof(FaultsDocument))]
[JsonSerializable(typeof(LimitsDocument))]
[JsonSerializable(typeof(TokenDocument))]
internal sealed partial class ControlJson : JsonSerializerContext;
