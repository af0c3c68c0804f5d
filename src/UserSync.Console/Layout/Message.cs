namespace UserSync.Console.Layout;

/// <summary>What a page says that has nothing else to show.</summary>
/// <param name="Title">What happened.</param>
/// <param name="Text">What to do about it.</param>
public sealed record Message(string Title, string Text);
