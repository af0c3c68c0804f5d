namespace Truto.Tests;

public sealed class OptionalTests
{
    [Fact]
    public void The_default_is_unset()
    {
        Optional<string?> field = default;

        Assert.False(field.IsSet);
        var error = Assert.Throws<InvalidOperationException>(() => field.Value);
        Assert.Equal("The field is unset and has no value; check IsSet first.", error.Message);
    }

    [Fact]
    public void Null_is_a_value_that_is_set()
    {
        Optional<string?> text = null;
        Optional<bool?> flag = null;

        Assert.True(text.IsSet);
        Assert.Null(text.Value);
        Assert.True(flag.IsSet);
        Assert.Null(flag.Value);
    }

    [Fact]
    public void The_three_states_are_not_equal()
    {
        Optional<string?> unset = default;
        Optional<string?> nothing = null;
        Optional<string?> something = "x";

        Assert.True(unset != nothing);
        Assert.True(nothing != something);
        Assert.True(something == new Optional<string?>("x"));
        Assert.Equal(something.GetHashCode(), new Optional<string?>("x").GetHashCode());
    }

    [Fact]
    public void The_text_shows_the_state_and_never_the_value()
    {
        Optional<string?> unset = default;
        Optional<string?> nothing = null;
        Optional<string?> something = "ada@example.com";

        Assert.Equal(["unset", "null", "set"], [unset.ToString(), nothing.ToString(), something.ToString()]);
    }
}
