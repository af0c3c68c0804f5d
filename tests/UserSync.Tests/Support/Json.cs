using System.Text.Json;
using CsCheck;

namespace UserSync.Tests.Support;

/// <summary>JSON values of all shapes, with few enough names that paths meet them.</summary>
internal static class Json
{
    internal static readonly Gen<string> Name = Gen.OneOf("a", "b", "c", "data", "e-mail", "let");

    /// <summary>What stands between the quotes of a JSON text.</summary>
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.String[Gen.Char.AlphaNumeric, 0, 8],
        Gen.OneOf("2026-01-01T00:00:00Z", "2026-01-01", "1.10", "true", "null", "ünï ☂ \\ud83d\\ude00", "\\\"quoted\\\" \\\\"));

    private static readonly Gen<string> Number = Gen.OneOf(
        Gen.Long.Select(number => number.ToString()),
        Gen.Int[-1000, 1000].Select(number => $"{number}.5"),
        Gen.OneOf("9007199254740993", "123456789012345678901234567890", "0", "-1"));

    private static readonly Gen<string> Scalar = Gen.OneOf(Number, Text.Select(text => $"\"{text}\""), Gen.OneOf("true", "false", "null"));

    /// <summary>The JSON text of a value.</summary>
    internal static readonly Gen<string> Value = Gen.Recursive<string>((depth, inner) => depth switch
    {
        0 => Container(inner),
        < 4 => Gen.OneOf(Container(inner), Scalar),
        _ => Scalar,
    });

    internal static JsonElement Parse(string json) => JsonElement.Parse(json);

    /// <summary>Whether two values are the same; null and nothing are one.</summary>
    internal static bool AreSame(JsonElement left, JsonElement right) =>
        left.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null
            ? right.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null
            : right.ValueKind != JsonValueKind.Undefined && JsonElement.DeepEquals(left, right);

    private static Gen<string> Container(Gen<string> inner) => Gen.OneOf(
        inner.Array[0, 3].Select(items => $"[{string.Join(',', items)}]"),
        Gen.Select(Name, inner).Array[0, 6].Select(members =>
            $"{{{string.Join(',', members.DistinctBy(member => member.Item1).Select(member => $"\"{member.Item1}\":{member.Item2}"))}}}"));
}
