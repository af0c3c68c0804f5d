namespace UserSync.Directories;

/// <summary>What is to happen with an event about somebody whom the CRM does not know.</summary>
public enum MissingPolicy
{
    /// <summary>It fails.</summary>
    Fail,

    /// <summary>It is skipped.</summary>
    Skip,

    /// <summary>The user is created.</summary>
    Create,
}
