using System.Text.Json;
using Truto.Crm;

namespace Truto.Tests.Crm;

public sealed class CrmUserTests
{
    [Fact]
    public void Every_member_is_read()
    {
        var user = Read("""
            {"id":"7","name":"Ada","email":"ada@example.com","is_active":true,"created_at":"2023-06-16T09:21:22Z",
             "updated_at":"2024-09-01 10:00:00","urls":[{"type":"profile","url":"https://crm.example/7"}],"remote_data":{"a":1}}
            """);

        Assert.Equal(("7", "Ada", "ada@example.com", true), (user.Id, user.Name, user.Email, user.IsActive));
        Assert.Equal(new DateTimeOffset(2023, 6, 16, 9, 21, 22, TimeSpan.Zero), user.CreatedAt!.Value);
        Assert.Equal(new DateTimeOffset(2024, 9, 1, 10, 0, 0, TimeSpan.Zero), user.UpdatedAt!.Value);
        Assert.Equal("2024-09-01 10:00:00", user.UpdatedAt.Text);
        Assert.Equal(("profile", "https://crm.example/7"), (user.Urls[0].Type, user.Urls[0].Url));
        Assert.Equal("""{"a":1}""", user.RemoteData!.Value.GetRawText());
        Assert.Empty(user.UnknownMembers);
    }

    [Theory]
    [InlineData("""{"id":12345678901234567890}""", "12345678901234567890")]
    [InlineData("""{"id":"a"}""", "a")]
    [InlineData("""{"id":null}""", "of-the-call")]
    [InlineData("""{"id":""}""", "of-the-call")]
    [InlineData("""{"id":{"x":1}}""", "of-the-call")]
    [InlineData("{}", "of-the-call")]
    public void The_id_is_a_text_a_number_or_the_id_of_the_call(string json, string id) => Assert.Equal(id, Read(json).Id);

    [Fact]
    public void A_null_member_is_absent_and_not_unknown()
    {
        var user = Read("""
            {"name":null,"email":null,"is_active":null,"created_at":null,"updated_at":null,"urls":null,"remote_data":null}
            """);

        Assert.Equal(new CrmUser { Id = "of-the-call", UnknownMembers = user.UnknownMembers, Urls = user.Urls }, user);
        Assert.Empty(user.Urls);
        Assert.Empty(user.UnknownMembers);
    }

    [Fact]
    public void A_member_of_an_unexpected_type_is_kept_as_unknown()
    {
        const string Json = """{"id":[1],"name":1,"email":{},"is_active":"yes","created_at":true,"updated_at":[],"urls":"x"}""";

        var user = Read(Json);

        Assert.Equal(
            ["created_at", "email", "id", "is_active", "name", "updated_at", "urls"],
            user.UnknownMembers.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("yes", user.UnknownMembers["is_active"].GetString());
        Assert.Null(user.Name);
        Assert.Null(user.IsActive);
    }

    [Fact]
    public void An_unknown_member_is_kept() => Assert.Equal("gold", Read("""{"tier":"gold"}""").UnknownMembers["tier"].GetString());

    [Fact]
    public void A_name_may_be_escaped()
    {
        var user = Read("""{"\u006eame":"Ada","ti\u0065r":"gold","\u00e9":1}""");

        Assert.Equal("Ada", user.Name);
        Assert.Equal(["tier", "é"], user.UnknownMembers.Keys);
    }

    [Fact]
    public void Of_members_with_the_same_name_the_last_counts_that_can_be_read()
    {
        var user = Read("""{"id":1,"id":"2","id":[3],"email":"a@example.com","email":null,"tier":1,"tier":2}""");

        Assert.Equal(("2", null), (user.Id, user.Email));
        Assert.Equal(["id", "tier"], user.UnknownMembers.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(2, user.UnknownMembers["tier"].GetInt32());
    }

    [Fact]
    public void A_date_that_came_as_a_number_is_kept_as_its_text() =>
        Assert.Equal(new LenientDate("1693555200", null), Read("""{"created_at":1693555200}""").CreatedAt);

    [Fact]
    public void Links_that_are_none_are_passed_over() => Assert.Equal(
        [new CrmUserUrl(null, "u"), new CrmUserUrl(null, null)],
        Read("""{"urls":["x",{"url":"u","type":5},null,{}]}""").Urls);

    [Fact]
    public void The_text_shows_nothing_of_the_user()
    {
        var user = Read("""{"name":"Ada","urls":[{"url":"https://crm.example/ada"}]}""");

        Assert.Equal("CrmUser", user.ToString());
        Assert.Equal("CrmUserUrl", user.Urls[0].ToString());
    }

    private static CrmUser Read(string json) => CrmUser.Read(JsonElement.Parse(json), "of-the-call");
}
