namespace UserSync.Directories;

/// <summary>What a note is about.</summary>
/// <param name="Kind">What kind of note it is.</param>
/// <param name="Account">The account.</param>
/// <param name="Scope">A source or a field; empty for notes about the account itself.</param>
/// <param name="Name">A person or a value; empty for notes about the account itself.</param>
public readonly record struct NoteKey(string Kind, string Account, string Scope, string Name)
{
    /// <summary>The reading of an account's directory.</summary>
    /// <param name="account">The account.</param>
    public static NoteKey Reading(string account) => new("reading", account, string.Empty, string.Empty);

    /// <summary>Which CRM user a person of a source is.</summary>
    /// <param name="account">The account.</param>
    /// <param name="source">The source.</param>
    /// <param name="person">The source's own id of the person.</param>
    public static NoteKey Link(string account, string source, string person) => new("link", account, source, person);

    /// <summary>The creation of the user that has a value.</summary>
    /// <param name="account">The account.</param>
    /// <param name="value">The value.</param>
    public static NoteKey Creation(string account, DirectoryValue value) => new("creation", account, value.Field, value.Text);

    /// <summary>The kind and the account; never the name.</summary>
    public override string ToString() => $"{Kind} {Account}";
}
