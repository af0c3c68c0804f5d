using System.ComponentModel;

namespace UserSync.Endpoints.Answers;

/// <summary>A problem document (RFC 9457). It holds nothing personal and no secret.</summary>
/// <param name="Type">What kind of problem it is.</param>
/// <param name="Title">The same in words.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What happened and what to do about it.</param>
[Description("A problem document (RFC 9457).")]
public sealed record ProblemAnswer(
    [property: Description("What kind of problem it is, as a URN.")] string Type,
    [property: Description("The same in words.")] string Title,
    [property: Description("The HTTP status.")] int Status,
    [property: Description("What happened and what to do about it.")] string Detail);
