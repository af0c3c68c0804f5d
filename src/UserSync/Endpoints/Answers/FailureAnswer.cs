using System.ComponentModel;

namespace UserSync.Endpoints.Answers;

/// <summary>Why an event failed.</summary>
/// <param name="Cause">The cause, as a word.</param>
/// <param name="Reason">The reason, as a sentence.</param>
[Description("Why an event failed.")]
public sealed record FailureAnswer(
    [property: Description("The cause, as a word such as mapping-failed or provider-validation.")] string Cause,
    [property: Description("The reason, as a sentence.")] string Reason);
