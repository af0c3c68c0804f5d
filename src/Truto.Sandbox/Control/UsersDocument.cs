namespace Truto.Sandbox.Control;

/// <summary>Users of an account, how many it has in all, and the cursor to go on with.</summary>
internal sealed record UsersDocument(int Total, IReadOnlyList<SandboxUser> Users, string? Next);
