using System.Text;
using System.Text.Json.Nodes;
using Truto.Crm;

namespace Truto.Tests.Crm;

public sealed class CrmUserPatchTests
{
    [Fact]
    public void An_unset_field_is_left_out() => Assert.Equal("{}", Json(new CrmUserPatch()));

    [Fact]
    public void A_null_field_is_sent_as_null() => Assert.Equal(
        """
        {"email":null,"name":null,"first_name":null,"last_name":null,"is_active":null,"custom_fields":null,"remote_data":null}
        """,
        Json(new CrmUserPatch
        {
            Email = null,
            Name = null,
            FirstName = null,
            LastName = null,
            IsActive = null,
            CustomFields = null,
            RemoteData = null,
        }));

    [Fact]
    public void A_field_with_a_value_is_sent_with_it() => Assert.Equal(
        """
        {"email":"ada@example.com","name":"Ada","first_name":"A","last_name":"L","is_active":false,
        """ + """
        "custom_fields":{"tier":[1,null]},"remote_data":{}}
        """,
        Json(new CrmUserPatch
        {
            Email = "ada@example.com",
            Name = "Ada",
            FirstName = "A",
            LastName = "L",
            IsActive = false,
            CustomFields = new JsonObject { ["tier"] = new JsonArray(1, null) },
            RemoteData = new JsonObject(),
        }));

    [Fact]
    public void The_fields_that_are_set_are_named()
    {
        var patch = new CrmUserPatch { IsActive = true, Email = null };

        Assert.Equal(["email", "is_active"], patch.Fields);
        Assert.Equal(
            ["email", "name", "first_name", "last_name", "is_active", "custom_fields", "remote_data"],
            new CrmUserPatch
            {
                Email = "e",
                Name = "n",
                FirstName = "f",
                LastName = null,
                IsActive = null,
                CustomFields = new JsonObject(),
                RemoteData = null,
            }.Fields);
        Assert.False(patch.IsEmpty);
        Assert.True(new CrmUserPatch().IsEmpty);
    }

    [Fact]
    public void The_text_names_fields_and_shows_no_values() =>
        Assert.Equal("CrmUserPatch { email, name }", new CrmUserPatch { Email = "ada@example.com", Name = null }.ToString());

    private static string Json(CrmUserPatch patch) => Encoding.UTF8.GetString(patch.ToUtf8Json());
}
