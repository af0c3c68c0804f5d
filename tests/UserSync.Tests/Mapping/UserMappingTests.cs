using System.Buffers;
using System.Text;
using System.Text.Json;
using UserSync.Mapping;
using UserSync.Sources;
using UserSync.Tests.Support;

namespace UserSync.Tests.Mapping;

public sealed class UserMappingTests
{
    [Theory]
    [InlineData("""{ "email": "mail" }""", """{ "mail": "ada@example.com" }""", """{"email":"ada@example.com"}""")]
    [InlineData("""{ "email": "mail" }""", """{ "mail": "" }""", """{"email":""}""")]
    [InlineData("""{ "email": "mail" }""", "{}", "{}")]
    [InlineData("""{ "email": "mail" }""", """{ "mail": null }""", "{}")]
    [InlineData("""{ "name": "join(' ', [a, b])" }""", """{ "a": "Ada", "b": "Lovelace" }""", """{"name":"Ada Lovelace"}""")]
    [InlineData("""{ "email": { "from": "mail" } }""", """{ "mail": "a" }""", """{"email":"a"}""")]
    [InlineData("""{ "email": { "from": "mail", "default": "b" } }""", """{ "mail": "a" }""", """{"email":"a"}""")]
    [InlineData("""{ "email": { "from": "mail", "default": "b" } }""", "{}", """{"email":"b"}""")]
    [InlineData("""{ "email": { "from": "mail", "default": "b", "null": "send" } }""", """{ "mail": null }""", """{"email":"b"}""")]
    [InlineData("""{ "email": { "from": "mail", "default": null } }""", "{}", """{"email":null}""")]
    [InlineData("""{ "email": { "from": "mail", "null": "send" } }""", """{ "mail": null }""", """{"email":null}""")]
    [InlineData("""{ "email": { "from": "mail", "null": "send" } }""", "{}", """{"email":null}""")]
    [InlineData("""{ "email": { "from": "mail", "null": "omit" } }""", """{ "mail": null }""", "{}")]
    [InlineData("""{ "email": { "value": "a" } }""", "{}", """{"email":"a"}""")]
    [InlineData("""{ "email": { "value": null } }""", "{}", """{"email":null}""")]
    [InlineData("""{ "is_active": { "value": false } }""", "{}", """{"is_active":false}""")]
    [InlineData("""{ "is_active": { "from": "state", "values": { "on": true, "off": false } } }""", """{ "state": "off" }""", """{"is_active":false}""")]
    [InlineData("""{ "is_active": { "from": "blocked", "values": { "true": false, "false": true } } }""", """{ "blocked": true }""", """{"is_active":false}""")]
    [InlineData("""{ "is_active": { "from": "n", "values": { "1": true, "0": false } } }""", """{ "n": 1 }""", """{"is_active":true}""")]
    [InlineData("""{ "is_active": { "from": "n", "values": { "1": true }, "default": false } }""", """{ "n": 2 }""", """{"is_active":false}""")]
    [InlineData("""{ "is_active": { "from": "n", "values": { "1": null } } }""", """{ "n": 1 }""", """{"is_active":null}""")]
    [InlineData("""{ "is_active": { "from": "n", "values": { "1": true }, "null": "send" } }""", "{}", """{"is_active":null}""")]
    [InlineData("""{ "is_active": { "from": "n", "values": { "1": true } } }""", "{}", "{}")]
    [InlineData("""{ "is_active": "active" }""", """{ "active": "True" }""", """{"is_active":true}""")]
    [InlineData("""{ "is_active": "active" }""", """{ "active": " false " }""", """{"is_active":false}""")]
    [InlineData("""{ "name": "header:X-Name" }""", "{}", """{"name":"Header"}""")]
    public void A_rule_fills_a_field(string map, string data, string expected) => Assert.Equal(expected, Patch(map, data));

    [Theory]
    [InlineData("""{ "custom_fields": { "tier": "tier" } }""", """{ "tier": 5 }""", """{"custom_fields":{"tier":5}}""")]
    [InlineData("""{ "custom_fields": { "tier": "tier", "x": "y" } }""", """{ "tier": [1] }""", """{"custom_fields":{"tier":[1]}}""")]
    [InlineData("""{ "custom_fields": { "tier": "tier" } }""", "{}", "{}")]
    [InlineData("""{ "custom_fields": { "tier": { "from": "tier", "null": "send" } } }""", "{}", """{"custom_fields":{"tier":null}}""")]
    [InlineData("""{ "custom_fields": { "tier": { "value": 1.10 } } }""", "{}", """{"custom_fields":{"tier":1.10}}""")]
    [InlineData("""{ "custom_fields": { "a": { "b": { "c": "x" }, "d": "y" } } }""", """{ "x": 1, "y": 2 }""", """{"custom_fields":{"a":{"b":{"c":1},"d":2}}}""")]
    [InlineData("""{ "custom_fields": { "a": { "b": { "c": "x" }, "d": "y" } } }""", """{ "y": 2 }""", """{"custom_fields":{"a":{"d":2}}}""")]
    [InlineData("""{ "custom_fields": { "a": { "b": { "c": "x" } } } }""", "{}", "{}")]
    [InlineData("""{ "custom_fields": { "from": { "from": "x" } } }""", """{ "x": 1 }""", """{"custom_fields":{"from":1}}""")]
    [InlineData("""{ "custom_fields": { "wix revision": "x" } }""", """{ "x": 1 }""", """{"custom_fields":{"wix revision":1}}""")]
    [InlineData("""{ "custom_fields": { "a.b": "x", "a": { "b": "y" } } }""", """{ "x": 1, "y": 2 }""", """{"custom_fields":{"a.b":1,"a":{"b":2}}}""")]
    [InlineData("""{ "custom_fields": "fields" }""", """{ "fields": { "a": 1, "b": null } }""", """{"custom_fields":{"a":1,"b":null}}""")]
    [InlineData("""{ "custom_fields": "fields" }""", """{ "fields": {} }""", "{}")]
    [InlineData("""{ "custom_fields": { "from": "fields", "null": "send" } }""", "{}", """{"custom_fields":null}""")]
    [InlineData("""{ "custom_fields": { "value": { "a": 1 } } }""", "{}", """{"custom_fields":{"a":1}}""")]
    [InlineData("""{ "custom_fields": {} }""", """{ "x": 1 }""", "{}")]
    [InlineData("""{ "custom_fields": "{tier: x, dept: y}" }""", """{ "x": 1 }""", """{"custom_fields":{"tier":1}}""")]
    [InlineData("""{ "custom_fields": "{tier: x, dept: y}" }""", "{}", "{}")]
    [InlineData("""{ "custom_fields": "a || b" }""", """{ "b": { "c": null, "d": { "e": null } } }""", """{"custom_fields":{"d":{"e":null}}}""")]
    [InlineData("""{ "remote_data": { "from": "{tier: x, dept: y}" } }""", """{ "x": 1 }""", """{"remote_data":{"tier":1}}""")]
    [InlineData("""{ "custom_fields": { "from": "{tier: x, dept: y}", "null": "send" } }""", """{ "x": 1 }""", """{"custom_fields":{"tier":1,"dept":null}}""")]
    [InlineData("""{ "custom_fields": { "from": "a.{b: c}", "default": { "b": null } } }""", "{}", """{"custom_fields":{"b":null}}""")]
    [InlineData("""{ "custom_fields": { "a": "{tier: x, dept: y}" } }""", """{ "x": 1 }""", """{"custom_fields":{"a":{"tier":1,"dept":null}}}""")]
    [InlineData("""{ "email": "e", "custom_fields": { "a": "x" }, "remote_data": { "b": "y" } }""", """{ "e": "m", "x": 1, "y": 9007199254740993 }""",
        """{"email":"m","custom_fields":{"a":1},"remote_data":{"b":9007199254740993}}""")]
    public void A_map_holds_fields_of_any_type_and_depth(string map, string data, string expected) => Assert.Equal(expected, Patch(map, data, "planhat"));

    [Theory]
    [InlineData("""{ "email": "a.m", "name": "a.m" }""", """{ "a": { "m": "x" } }""", """{"email":"x","name":"x"}""")]
    [InlineData("""{ "custom_fields": { "whole": "a", "part": "a.m" } }""", """{ "a": { "m": "x" } }""",
        """{"custom_fields":{"whole":{"m":"x"},"part":"x"}}""")]
    [InlineData("""{ "custom_fields": { "whole": "@", "first": "@.a[0]" } }""", """{ "a": [1] }""",
        """{"custom_fields":{"whole":{ "a": [1] , "user": "42" },"first":1}}""")]
    [InlineData("""{ "email": { "from": "a.m", "default": "d" }, "name": "a.n" }""", """{ "a": { "m": null, "n": "y" } }""",
        """{"email":"d","name":"y"}""")]
    [InlineData("""{ "email": { "from": "a.m", "null": "send" }, "name": "a.n" }""", """{ "a": { "n": "y" } }""",
        """{"email":null,"name":"y"}""")]
    [InlineData("""{ "name": "a.n", "email": "a.m || 'e'" }""", """{ "a": { "n": "y" } }""", """{"name":"y","email":"e"}""")]
    [InlineData("""{ "email": "a.m", "name": "a.n" }""", """{ "a": null }""", "{}")]
    [InlineData("""{ "email": "a.m", "name": "a.n" }""", """{ "a": "m" }""", "{}")]
    public void Rules_whose_paths_meet_fill_each_its_own_field(string map, string data, string expected) =>
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(expected), JsonElement.Parse(Patch(map, data, "planhat"))));

    [Theory]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(40)]
    public void A_mapping_may_read_many_places(int count)
    {
        var names = Enumerable.Range(0, count).Select(index => $"f{index}").ToArray();
        var map = $"{{ \"custom_fields\": {{ {string.Join(", ", names.Select(name => $"\"{name}\": \"data.{name}\""))} }} }}";
        var fields = string.Join(',', names.Select(name => $"\"{name}\":\"{name}\""));

        Assert.Equal($"{{\"custom_fields\":{{{fields}}}}}", Patch(map, $"{{ \"data\": {{{fields}}} }}", "planhat"));
    }

    [Theory]
    [InlineData("""{ "email": "mail" }""", """{ "mail": 5 }""", "email: the expression mail gave a number where a text is expected")]
    [InlineData("""{ "email": "mail" }""", """{ "mail": ["ada@example.com"] }""", "email: the expression mail gave an array where a text is expected")]
    [InlineData("""{ "name": "n" }""", """{ "n": { "first": "Ada" } }""", "name: the expression n gave an object where a text is expected")]
    [InlineData("""{ "is_active": "s" }""", """{ "s": "active" }""", "is_active: the expression s gave a text where true or false is expected")]
    [InlineData("""{ "is_active": "s" }""", """{ "s": 1 }""", "is_active: the expression s gave a number where true or false is expected")]
    [InlineData("""{ "custom_fields": "f" }""", """{ "f": [1] }""", "custom_fields: the expression f gave an array where an object is expected")]
    [InlineData("""{ "email": "length(n)" }""", """{ "n": 815 }""", "email: the expression length(n) cannot be evaluated over this event (invalid-type in length)")]
    [InlineData("""{ "is_active": { "from": "s", "values": { "on": true, "off": false } } }""", """{ "s": "secret-815" }""",
        "is_active: the expression s gave a text that is not one of on, off; add it to \"values\", or add a \"default\"")]
    [InlineData("""{ "is_active": { "from": "s", "values": { "on": true } } }""", """{ "s": { "on": 1 } }""",
        "is_active: the expression s gave an object that is not one of on; add it to \"values\", or add a \"default\"")]
    [InlineData("""{ "remote_data": { "a": { "b": "length(n)" } } }""", """{ "n": 815 }""",
        "remote_data.a.b: the expression length(n) cannot be evaluated over this event (invalid-type in length)")]
    public void What_does_not_fit_is_said_without_quoting_the_event(string map, string data, string problem)
    {
        var user = Map(map, data);

        Assert.Equal(problem, Assert.Single(user.Problems).ToString());
        Assert.DoesNotContain("815", user.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"42\"", "42")]
    [InlineData("42", "42")]
    [InlineData("9007199254740993", "9007199254740993")]
    [InlineData("\" \"", " ")]
    public void The_user_is_a_text_or_a_number(string json, string expected) => Assert.Equal(expected, Map("""{ "email": "e" }""", "{}", user: json).UserId);

    [Theory]
    [InlineData("null", "user: the expression user gave null where the CRM user's id is expected")]
    [InlineData("\"\"", "user: the expression user gave an empty text where the CRM user's id is expected")]
    [InlineData("true", "user: the expression user gave a boolean where the CRM user's id is expected")]
    [InlineData("[42]", "user: the expression user gave an array where the CRM user's id is expected")]
    [InlineData("{}", "user: the expression user gave an object where the CRM user's id is expected")]
    public void Anything_else_is_no_user(string json, string problem)
    {
        var user = Map("""{ "email": "e" }""", "{}", user: json);

        Assert.Equal(problem, Assert.Single(user.Problems).ToString());
        Assert.Empty(user.UserId);
    }

    [Fact]
    public void A_user_that_cannot_be_evaluated_is_said()
    {
        var source = TestSource.OfChanged("""{ "user": "join('-', [id])" }""");

        var user = source.Mapping.Map(source.EventIn("""{ "id": 815 }"""));

        Assert.Equal(
            "user: the expression join('-', [id]) cannot be evaluated over this event (invalid-type in join)", Assert.Single(user.Problems).ToString());
        Assert.Empty(user.UserId);
    }

    [Fact]
    public void Every_problem_of_an_event_is_reported()
    {
        var user = Map("""{ "email": "a", "name": "b", "is_active": "c", "remote_data": { "d": "length(a)" } }""", """{ "a": 1, "b": 2, "c": "3" }""", user: "null");

        Assert.Equal(["user", "email", "name", "is_active", "remote_data.d"], user.Problems.Select(problem => problem.Field));
    }

    [Theory]
    [InlineData("""{ "e": "a@example.com", "f": "Ada", "l": "Lovelace" }""", "")]
    [InlineData("""{ "e": "a@example.com", "l": "Lovelace" }""", "first_name")]
    [InlineData("""{ "f": "Ada" }""", "email, last_name")]
    [InlineData("""{ "e": null, "f": "Ada", "l": "Lovelace" }""", "email")]
    [InlineData("{}", "email, first_name, last_name")]
    public void What_the_provider_requires_on_every_update_and_an_event_lacks_is_no_problem_of_the_mapping_but_of_the_update(string data, string missing)
    {
        const string Rules = """{ "email": { "from": "e", "null": "omit" }, "first_name": "f", "last_name": "l" }""";
        var mapping = Of(Rules, "salesforce").Mapping;

        var user = Map(Rules, data, "salesforce");

        Assert.Empty(user.Problems);
        Assert.Equal(
            missing.Split(", ", StringSplitOptions.RemoveEmptyEntries)
                .Select(field => $"{field}: salesforce requires it on every update; this event does not carry it, and no earlier one did"),
            mapping.MissingIn(user.Patch).Select(problem => problem.ToString()));
        Assert.Equal(["email", "first_name", "last_name"], mapping.Required.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_required_field_that_is_sent_as_null_is_missing()
    {
        const string Rules = """{ "email": { "from": "e", "null": "send" }, "first_name": "f", "last_name": "l" }""";

        var user = Map(Rules, """{ "f": "Ada", "l": "Lovelace" }""", "salesforce");

        Assert.Equal("email", Assert.Single(Of(Rules, "salesforce").Mapping.MissingIn(user.Patch)).Field);
    }

    [Theory]
    [InlineData("salesforce", """{ "email": "e", "first_name": "f", "last_name": "l", "remote_data": "r" }""")]
    [InlineData("onepagecrm", """{ "email": "e", "name": "n", "remote_data": "r" }""")]
    [InlineData("outreach", """{ "email": "e", "name": "n", "first_name": "f", "last_name": "l", "remote_data": "r" }""")]
    [InlineData("pipedrive", """{ "email": "e", "name": "n", "is_active": "a", "remote_data": "r" }""")]
    [InlineData("planhat", """{ "email": "e", "name": "n", "is_active": "a", "custom_fields": "c", "remote_data": "r" }""")]
    [InlineData("wix", """{ "email": "e", "name": "n", "is_active": "a", "remote_data": "r" }""")]
    public void What_a_provider_takes_is_no_reason_for_a_warning(string provider, string map) =>
        Assert.Empty(TestSource.Read(TestSource.With($$"""{ "provider": "{{provider}}", "map": {{map}} }""")).Findings);

    [Theory]
    [InlineData("salesforce", """{ "email": "e", "first_name": "f", "last_name": "l", "name": "n", "is_active": "a", "custom_fields": "c" }""", "custom_fields is_active name")]
    [InlineData("onepagecrm", """{ "email": "e", "first_name": "f", "last_name": "l", "is_active": "a", "custom_fields": "c" }""", "custom_fields first_name is_active last_name")]
    [InlineData("outreach", """{ "email": "e", "is_active": "a", "custom_fields": "c" }""", "custom_fields is_active")]
    [InlineData("wix", """{ "email": "e", "first_name": "f", "last_name": "l", "custom_fields": "c" }""", "custom_fields first_name last_name")]
    public void What_a_provider_does_not_take_is_a_warning(string provider, string map, string fields) => Assert.Equal(
        fields.Split(' ').Select(field => $"$.map.{field}"),
        TestSource.Read(TestSource.With($$"""{ "provider": "{{provider}}", "map": {{map}} }""")).Findings.Warnings.Select(finding => finding.Path));

    [Fact]
    public void A_value_as_deep_as_the_bounds_allow_may_be_wrapped()
    {
        var deep = new string('[', 60) + new string(']', 60);

        Assert.Equal(
            """{"custom_fields":{"a":{"b":{"c":{"d":{"e":{"f":{"g":""" + deep + "}}}}}}}}",
            Patch("""{ "custom_fields": { "a": { "b": { "c": { "d": { "e": { "f": { "g": "x" } } } } } } } }""", $$"""{ "x": {{deep}} }""", "planhat"));
    }

    [Fact]
    public void A_sample_says_something_about_every_field_that_a_plain_path_reads()
    {
        var source = TestSource.OfChanged("""
            {
              "provider": "planhat", "user": "data.crm.id",
              "map": {
                "email": "data.email", "name": "data.name", "is_active": { "from": "data.state", "values": { "on": true, "off": false } },
                "custom_fields": { "tier": "data.tier", "deep": { "x": { "from": "data.deep.x" } }, "constant": { "value": 1 }, "header": "header:X-A" }
              }
            }
            """);

        Assert.Equal(
            """{"data":{"email":"ada@example.com","name":"Ada Lovelace","state":"on","tier":"sample","deep":{"x":"sample"},"crm":{"id":"42"}}}""",
            source.Mapping.Sample("42").ToJsonString());
        Assert.Empty(source.Mapping.Map(source.EventIn(source.Mapping.Sample("42").ToJsonString())).Problems);
    }

    [Fact]
    public void A_sample_has_a_value_of_each_fields_kind()
    {
        var source = TestSource.OfChanged("""
            {
              "provider": "salesforce", "user": "id",
              "map": { "email": "e", "first_name": "f", "last_name": "l", "name": "n", "is_active": "a" }
            }
            """);

        Assert.Equal(
            """{"e":"ada@example.com","f":"Ada","l":"Lovelace","n":"Ada Lovelace","a":true,"id":"42"}""", source.Mapping.Sample("42").ToJsonString());
    }

    [Fact]
    public void A_patch_shows_its_fields_and_never_their_values()
    {
        var user = Map("""{ "email": "e", "custom_fields": { "a": "e" } }""", """{ "e": "ada@example.com" }""", "planhat");

        Assert.Equal("email, custom_fields.a; 0 problems", user.ToString());
        Assert.Equal("email, custom_fields.a", user.Patch.ToString());
    }

    private static MappedUser Map(string map, string data, string provider = "pipedrive", string user = "\"42\"")
    {
        var source = Of(map, provider);
        var members = data == "{}" ? "{" : data[..^1] + ",";
        return source.Mapping.Map(source.EventIn($$"""{{members}} "user": {{user}} }""", ("X-Name", "Header")));
    }

    private static Source Of(string map, string provider) => TestSource.OfChanged($$"""{ "provider": "{{provider}}", "map": {{map}} }""");

    private static string Patch(string map, string data, string provider = "pipedrive")
    {
        var user = Map(map, data, provider);
        Assert.Empty(user.Problems);
        Assert.Equal("42", user.UserId);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            user.Patch.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
