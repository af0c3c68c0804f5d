namespace Truto.Sandbox.Control;

/// <summary>A token, in a body because addresses get into logs.</summary>
internal sealed class TokenDocument
{
    public string? Token { get; init; }
}
