namespace UserSync.Configuration;

/// <summary>How much a finding matters.</summary>
public enum Severity
{
    /// <summary>It works, but probably not as meant.</summary>
    Warning,

    /// <summary>The source does not start.</summary>
    Error,
}
