using Microsoft.Extensions.Configuration;
using UserSync.Secrets;

namespace UserSync.Tests.Secrets;

public sealed class ConfigurationSecretStoreTests
{
    [Theory]
    [InlineData("Secrets:workos-signing-secret", "workos-signing-secret")]
    [InlineData("Secrets:WORKOS-SIGNING-SECRET", "workos-signing-secret")]
    [InlineData("Secrets:WORKOS_SIGNING_SECRET", "workos-signing-secret")]
    [InlineData("Secrets:workos_signing_secret", "workos-signing-secret")]
    [InlineData("Secrets:plain", "plain")]
    public async Task A_secret_is_read_by_its_name_or_by_that_of_a_variable(string key, string name) => Assert.Equal(["value"], await ReadAsync(name, (key, "value")));

    [Fact]
    public async Task Its_own_name_comes_before_that_of_a_variable() =>
        Assert.Equal(["own"], await ReadAsync("a-b", ("Secrets:A_B", "variable"), ("Secrets:a-b", "own")));

    [Fact]
    public async Task An_empty_value_under_its_own_name_leaves_the_variable() =>
        Assert.Equal(["variable"], await ReadAsync("a-b", ("Secrets:A_B", "variable"), ("Secrets:a-b", "")));

    [Fact]
    public async Task An_array_holds_several_values_the_newest_first() =>
        Assert.Equal(["first", "second", "tenth"], await ReadAsync("a", ("Secrets:a:10", "tenth"), ("Secrets:a:1", "second"), ("Secrets:a:0", "first")));

    [Fact]
    public async Task A_value_beside_an_array_comes_before_it() =>
        Assert.Equal(["own", "first"], await ReadAsync("a", ("Secrets:a:0", "first"), ("Secrets:a", "own")));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("\t\n")]
    [InlineData(null)]
    public async Task An_empty_value_is_none(string? value)
    {
        Assert.Empty(await ReadAsync("a", ("Secrets:a", value)));
        Assert.Equal(["second"], await ReadAsync("a", ("Secrets:a:0", value), ("Secrets:a:1", "second")));
    }

    [Fact]
    public async Task A_secret_that_is_not_there_is_none() => Assert.Empty(await ReadAsync("a", ("Secrets:b", "value"), ("a", "value")));

    [Fact]
    public async Task A_value_is_taken_as_it_is() => Assert.Equal([" value with = and blanks "], await ReadAsync("a", ("Secrets:a", " value with = and blanks ")));

    [Theory]
    [InlineData("value\n", "value")]
    [InlineData("value\r\n", "value")]
    [InlineData("value \n\n", "value ")]
    [InlineData("one\ntwo\n", "one\ntwo")]
    [InlineData("\nvalue", "\nvalue")]
    public async Task A_new_line_at_the_end_comes_from_a_file_and_is_no_part_of_it(string stored, string secret)
    {
        Assert.Equal([secret], await ReadAsync("a", ("Secrets:a", stored)));
        Assert.Equal([secret, "old"], await ReadAsync("a", ("Secrets:a:0", stored), ("Secrets:a:1", "old\n")));
    }

    [Fact]
    public async Task A_change_of_the_configuration_is_seen_at_once()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection().Build();
        var store = new ConfigurationSecretStore(configuration);
        Assert.Empty(await store.GetAsync("a", CancellationToken.None));

        configuration["Secrets:a"] = "value";
        store.Invalidate("a");

        Assert.Equal(["value"], await store.GetAsync("a", CancellationToken.None));
    }

    [Fact]
    public void The_variable_of_a_secret_is_one_that_a_shell_can_set() =>
        Assert.Equal("Secrets__WORKOS_SIGNING_SECRET", ConfigurationSecretStore.VariableFor("workos-signing-secret"));

    [Fact]
    public void An_unreachable_store_names_the_secret_and_no_value() => Assert.Equal(
        "The secret store cannot be reached; the secret \"workos-signing-secret\" was asked for.",
        new SecretStoreException("workos-signing-secret").Message);

    private static async Task<IReadOnlyList<string>> ReadAsync(string name, params (string Key, string? Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value))).Build();
        return await new ConfigurationSecretStore(configuration).GetAsync(name, CancellationToken.None);
    }
}
