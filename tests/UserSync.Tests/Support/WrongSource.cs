namespace UserSync.Tests.Support;

/// <summary>A source with one mistake, and what is to be said about it.</summary>
/// <param name="Changes">What makes the good source of <see cref="TestSource"/> wrong.</param>
/// <param name="Path">Where the mistake is.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="Remedy">What would be right.</param>
/// <param name="IsBeyondSchema">Whether a JSON schema cannot know.</param>
internal sealed record WrongSource(string Changes, string Path, string Problem, string Remedy, bool IsBeyondSchema = false)
{
    internal string Json => TestSource.With(Changes);
}
