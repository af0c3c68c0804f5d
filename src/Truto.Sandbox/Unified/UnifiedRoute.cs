namespace Truto.Sandbox.Unified;

/// <summary>What a path under <c>/unified</c> leads to.</summary>
internal enum UnifiedRoute
{
    Unknown,
    Users,
    User,
}
