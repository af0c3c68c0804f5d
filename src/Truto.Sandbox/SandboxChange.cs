namespace Truto.Sandbox;

/// <summary>A user was changed by a call.</summary>
/// <param name="account">The account's id.</param>
/// <param name="userId">The user's id.</param>
/// <param name="kind">What happened, in the words of Truto's webhooks: <c>created</c>, <c>updated</c> or <c>deleted</c>.</param>
public sealed class SandboxChange(string account, string userId, string kind) : EventArgs
{
    /// <summary>The account's id.</summary>
    public string Account { get; } = account;

    /// <summary>The user's id.</summary>
    public string UserId { get; } = userId;

    /// <summary>What happened, in the words of Truto's webhooks: <c>created</c>, <c>updated</c> or <c>deleted</c>.</summary>
    public string Kind { get; } = kind;

    /// <summary>What happened to whom.</summary>
    public override string ToString() => $"{Kind} {UserId}";
}
