using System.Text.Json.Serialization;

namespace UserSync.Directories;

/// <summary>The form of notes: JSON.</summary>
[JsonSerializable(typeof(DirectoryReading))]
[JsonSerializable(typeof(CreationClaim))]
[JsonSerializable(typeof(PersonLink))]
internal sealed partial class DirectoryJson : JsonSerializerContext;
