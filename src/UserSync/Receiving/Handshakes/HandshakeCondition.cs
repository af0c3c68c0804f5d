using System.Text.Json;
using UserSync.Configuration;

namespace UserSync.Receiving.Handshakes;

/// <summary>A value that a delivery must have to be a handshake: any at all, or one of some.</summary>
/// <param name="value">Where the value is.</param>
/// <param name="expected">What it must be; empty for anything.</param>
internal sealed class HandshakeCondition(DeliveryValue value, IReadOnlyList<string> expected)
{
    internal static HandshakeCondition? Read(string name, Setting setting)
    {
        if (DeliveryValue.Parse(name, setting) is not { } value)
        {
            return null;
        }

        if (setting.Value.ValueKind == JsonValueKind.True)
        {
            return new HandshakeCondition(value, []);
        }

        var expected = setting.Texts("Write the text that it must be, an array of such texts, or true for any");
        return expected.Count == 0 ? null : new HandshakeCondition(value, expected);
    }

    internal bool Holds(Delivery delivery) =>
        value.Of(delivery) is { } actual && (expected.Count == 0 || expected.Contains(actual, StringComparer.OrdinalIgnoreCase));
}
