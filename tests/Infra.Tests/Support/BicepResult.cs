namespace Infra.Tests.Support;

/// <summary>What a run of the Bicep CLI came to.</summary>
/// <param name="ExitCode">The exit code.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Findings">What it wrote to standard error: its findings, one a line.</param>
public sealed record BicepResult(int ExitCode, string Output, string Findings)
{
    /// <summary>Asserts that it went well, without so much as a warning.</summary>
    public BicepResult AssertClean()
    {
        Assert.Equal(string.Empty, Findings);
        Assert.Equal(0, ExitCode);
        return this;
    }
}
