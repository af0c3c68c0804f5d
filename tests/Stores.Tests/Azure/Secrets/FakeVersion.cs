namespace Stores.Tests.Azure.Secrets;

/// <summary>A version of a secret in a vault.</summary>
internal sealed class FakeVersion(string id, string value, DateTimeOffset createdAt)
{
    public string Id => id;

    public string Value => value;

    public DateTimeOffset CreatedAt => createdAt;

    public bool IsEnabled { get; set; } = true;

    public DateTimeOffset? NotBefore { get; set; }

    public DateTimeOffset? ExpiresAt { get; set; }
}
