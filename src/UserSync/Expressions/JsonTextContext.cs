using System.Text.Json.Serialization;

namespace UserSync.Expressions;

/// <summary>The types that single values are made from.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class JsonTextContext : JsonSerializerContext;
