using System.Text.RegularExpressions;

namespace Server.Tests.Deliveries;

/// <summary>
/// Convoy compares credentials in variable time. No test can measure that reliably, so this one reads the source: what decides on
/// genuineness compares what texts hold through <c>CryptographicOperations.FixedTimeEquals</c> and in no other way.
/// </summary>
public sealed partial class ConstantTimeTests
{
    private const string Secrets = "(secret|token|signature|credential|expected|digest|known)s?";

    private static readonly string Folder = Path.Combine(Root(), "src", "UserSync", "Receiving", "Verification");

    [Fact]
    public void Verifiers_compare_in_constant_time_only()
    {
        var files = Directory.EnumerateFiles(Folder, "*.cs").ToList();
        Assert.True(files.Count > 20, "The verifiers are somewhere else.");

        var compared = files.SelectMany(File.ReadLines).Where(line => Comparison().IsMatch(line)).Select(line => line.Trim());

        Assert.Empty(compared);
    }

    [Theory]
    [InlineData("if (secret == token)")]
    [InlineData("return signature.SequenceEqual(expected);")]
    [InlineData("string.Equals(credentials, secret, StringComparison.Ordinal)")]
    [InlineData("known.Contains(token)")]
    [InlineData("token != known[0]")]
    public void The_test_above_can_fail(string line) => Assert.Matches(Comparison(), line);

    [Theory]
    [InlineData("return CryptographicOperations.FixedTimeEquals(signature, expected);")]
    [InlineData("if (!ReferenceEquals(ready?.Secret, secret))")]
    public void The_test_above_lets_pass_what_reads_no_more_than_it_must(string line) => Assert.DoesNotMatch(Comparison(), line);

    [Fact]
    public void Every_scheme_with_a_shared_secret_uses_it()
    {
        AssertHave("CryptographicOperations.FixedTimeEquals(", "HmacVerifier.cs", "DigestVerifier.cs", "ConstantTime.cs");
        AssertHave("ConstantTime.Equal(", "TokenVerifier.cs", "BasicVerifier.cs");

        static void AssertHave(string call, params string[] files) =>
            Assert.All(files, file => Assert.Contains(call, File.ReadAllText(Path.Combine(Folder, file)), StringComparison.Ordinal));
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Functions.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("The tests do not run inside the repository.");
        }

        return folder;
    }

    [GeneratedRegex(
        $@"\b{Secrets}(\[\d\])?\s*(==|!=)\s*(?!null)\w|(==|!=)\s*{Secrets}\b(?!\.)"
        + $@"|\b{Secrets}\.(SequenceEqual|Equals|Contains|SequenceCompareTo|CompareTo)\((?!string\.Empty)"
        + $@"|Equals\([^)]*\b{Secrets}\b(?<!(FixedTime|Reference)Equals\([^)]*)",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Comparison();
}
