using UserSync.Tests.Support;

namespace UserSync.Tests.Configuration;

public sealed class SourceMessageTests
{
    public static TheoryData<string> Wrong => [.. WrongSources.All.Select(wrong => wrong.Changes)];

    [Theory]
    [MemberData(nameof(Wrong))]
    public void One_mistake_yields_one_message_that_names_the_place_and_the_remedy(string changes)
    {
        var wrong = WrongSources.All.Single(wrong => wrong.Changes == changes);

        var finding = Assert.Single(TestSource.Read(wrong.Json).Findings);

        Assert.Equal(
            (TestSource.File, wrong.Path, wrong.Problem, wrong.Remedy),
            (finding.File, finding.Path, finding.Problem, finding.Remedy));
    }
}
