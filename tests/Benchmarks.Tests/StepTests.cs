using UserSync.Expressions;
using UserSync.Ledger;
using UserSync.Mapping;

namespace Benchmarks.Tests;

public sealed class StepTests(MeasuredSteps steps) : IClassFixture<MeasuredSteps>
{
    private const string ByHand = "ByHand";

    public static TheoryData<string> Names { get; } =
        [.. MeasuredSteps.All.Select(step => step.Name).Where(name => !name.EndsWith(ByHand, StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_step_of_ours_and_the_same_by_hand_come_to_the_same(string name) =>
        Assert.Equal(Describe(steps.Run(name + ByHand)), Describe(steps.Run(name)));

    [Fact]
    public void Each_step_stands_beside_the_same_by_hand() => Assert.Equal(2 * Names.Count, MeasuredSteps.All.Count);

    private static object Describe(object result) => result switch
    {
        MappedUser user => $"{user.UserId} {JsonText.Write(user.Patch.WriteTo).GetRawText()} {user.Problems.Count}",
        UserLedger ledger => ledger.Fields.Count,
        _ => result,
    };
}
