namespace Truto.Sandbox.Control;

/// <summary>The latest calls, and how many there were in all.</summary>
internal sealed record CallsDocument(long Total, IReadOnlyList<SandboxCall> Calls);
