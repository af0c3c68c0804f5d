using System.Text.Json;
using CsCheck;
using UserSync.Expressions;
using UserSync.Mapping;
using UserSync.Tests.Support;

namespace UserSync.Tests.Mapping;

public sealed class UserPatchTests
{
    private static readonly Gen<FieldName> Name = Gen.OneOf(
        Gen.OneOf("email", "name").Select(root => new FieldName(root)),
        Gen.Select(Gen.OneOf("custom_fields", "remote_data"), Gen.OneOf("a", "b", "c", "d"), (root, key) => new FieldName(root, key)));

    [Theory]
    [InlineData("", "{}")]
    [InlineData("email", """{"email":0}""")]
    [InlineData("custom_fields.a", """{"custom_fields":{"a":0}}""")]
    [InlineData("custom_fields.a email", """{"email":1,"custom_fields":{"a":0}}""")]
    [InlineData("remote_data.a custom_fields.a remote_data.b email custom_fields.b",
        """{"email":3,"remote_data":{"a":0,"b":2},"custom_fields":{"a":1,"b":4}}""")]
    [InlineData("custom_fields name", """{"custom_fields":0,"name":1}""")]
    public void Fields_stand_before_maps_and_a_map_holds_all_of_its_fields(string names, string expected) =>
        Assert.Equal(expected, Written([.. names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Parse)]));

    [Fact]
    public void Every_field_is_written_once_in_whatever_order_they_come() => Name.HashSet[0, 8].Sample(names =>
    {
        var written = JsonElement.Parse(Written([.. names]));

        Assert.Equal(
            names.Select(name => name.ToString()).Order(StringComparer.Ordinal),
            written.EnumerateObject().SelectMany(member => member.Value.ValueKind == JsonValueKind.Object
                ? member.Value.EnumerateObject().Select(inner => $"{member.Name}.{inner.Name}")
                : [member.Name]).Order(StringComparer.Ordinal));
    });

    [Fact]
    public void It_does_not_matter_what_holds_the_fields()
    {
        PatchField[] fields = [Field(new FieldName("email"), 1), Field(new FieldName("custom_fields", "a"), 2)];

        Assert.Equal(Written(new UserPatch(fields)), Written(new UserPatch(new List<PatchField>(fields))));
    }

    [Theory]
    [InlineData("email", true)]
    [InlineData("custom_fields", true)]
    [InlineData("name", false)]
    [InlineData("is_active", false)]
    public void A_field_is_supplied_where_it_has_a_value(string root, bool isSupplied) => Assert.Equal(
        isSupplied,
        new UserPatch([
            Field(new FieldName("email"), 1),
            new PatchField(new FieldName("name"), Json.Parse("null"), "x"),
            Field(new FieldName("custom_fields", "a"), 2)]).Supplies(root));

    private static FieldName Parse(string name) => name.Split('.') is [var root, var key] ? new FieldName(root, key) : new FieldName(name);

    private static PatchField Field(FieldName name, int value) => new(name, Json.Parse($"{value}"), "x");

    private static string Written(FieldName[] names) => Written(new UserPatch([.. names.Select(Field)]));

    private static string Written(UserPatch patch) => JsonText.Write(patch.WriteTo).GetRawText();
}
