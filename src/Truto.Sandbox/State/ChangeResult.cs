namespace Truto.Sandbox.State;

/// <summary>What became of a change.</summary>
internal enum ChangeResult
{
    Done,
    NotFound,
    EmailTaken,
}
