namespace UserSync.Console.Overview;

/// <summary>Something that needs a person.</summary>
/// <param name="Text">What.</param>
/// <param name="Link">The page on which something can be done about it.</param>
/// <param name="IsUrgent">Whether changes are not applied because of it.</param>
public sealed record Need(string Text, string Link, bool IsUrgent);
