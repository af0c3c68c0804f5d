using System.Text.Json;
using Truto.Errors;
using Truto.Tests.Support;

namespace Truto.Tests.Errors;

public sealed class ErrorDetailTests
{
    [Fact]
    public async Task The_providers_error_is_kept_as_JSON()
    {
        var error = await FailAsync(422, """
            {"statusCode":422,"error":"Unprocessable Entity","message":"Email is invalid","truto_is_remote_error":true,
             "raw_response":{"errors":[{"field":"email","code":"invalid"}]}}
            """);

        Assert.Equal("invalid", error.RawResponse!.Value.GetProperty("errors")[0].GetProperty("code").GetString());
        Assert.Empty(error.UnknownMembers);
    }

    [Fact]
    public async Task The_providers_error_may_be_a_text() =>
        Assert.Equal("<b>no</b>", (await FailAsync(400, """{"raw_response":"<b>no</b>"}""")).RawResponse!.Value.GetString());

    [Fact]
    public async Task Details_and_unknown_members_are_kept()
    {
        var error = await FailAsync(400, """{"details":{"failures":[1]},"code":"E7","fields":["email"]}""");

        Assert.Equal("""{"failures":[1]}""", error.Details!.Value.GetRawText());
        Assert.Equal(["code", "fields"], error.UnknownMembers.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("E7", error.UnknownMembers["code"].GetString());
    }

    [Fact]
    public async Task Every_hint_is_read()
    {
        var error = await FailAsync(400, """
            {"truto_error_insight":{
              "missing_required_query_parameters":{"description":"q","value":["workspace_id"]},
              "missing_required_body_fields":{"description":"b","value":["first_name","last_name"]},
              "conditionally_required_query_parameters":{"description":"cq","value":{"a":"when b"}},
              "conditionally_required_body_fields":{"description":"cb","value":{"name":{"if":"x"}}},
              "rate_limit_error":{"description":"r"},
              "forbidden_error":{"description":"f","value":{"missing_scopes":["s"]}},
              "remote_error":{"description":"e"},
              "something_new":{"description":"n","value":1}}}
            """);

        var insight = error.Insight!;
        Assert.Equal(["workspace_id"], insight.MissingQueryParameters);
        Assert.Equal(["first_name", "last_name"], insight.MissingBodyFields);
        Assert.Equal("when b", insight.ConditionalQueryParameters["a"].GetString());
        Assert.Equal("x", insight.ConditionalBodyFields["name"].GetProperty("if").GetString());
        Assert.Equal(["s"], insight.MissingScopes);
        Assert.Equal((true, true, true), (insight.IsRateLimit, insight.IsForbidden, insight.IsRemote));
        Assert.Equal("n", insight.Descriptions["something_new"]);
        Assert.Equal(8, insight.Descriptions.Count);
        Assert.Empty(error.UnknownMembers);
        Assert.Equal("TrutoErrorInsight", insight.ToString());
        Assert.Equal(1, insight.Raw.GetProperty("something_new").GetProperty("value").GetInt32());
    }

    [Fact]
    public async Task A_name_is_shown_up_to_its_bound_and_counted_beyond_it()
    {
        var longest = new string('a', 64);

        var error = await FailAsync(
            400, $$"""{"truto_error_insight":{ "missing_required_body_fields": { "value": ["{{longest}}","{{longest}}a",""] } } }""");

        Assert.EndsWith($"Missing body fields: {longest} and 2 more, see the exception's properties.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_fields_are_named_in_the_message_on_any_status()
    {
        var error = await FailAsync(409, """
            {"truto_error_insight":{"missing_required_body_fields":{"value":["first_name","fields[x].y","bad name","ada@example.com"]},
             "missing_required_query_parameters":{"value":"workspace_id"}}}
            """);

        Assert.EndsWith(
            "Missing body fields: first_name, fields[x].y and 2 more, see the exception's properties. "
            + "Missing query parameters: workspace_id.",
            error.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"truto_error_insight":"x"}""")]
    [InlineData("""{"truto_error_insight":[1]}""")]
    [InlineData("""{"truto_error_insight":null}""")]
    public async Task Hints_of_another_shape_are_no_hints(string body) => Assert.Null((await FailAsync(400, body)).Insight);

    [Theory]
    [InlineData("true", "7")]
    [InlineData("""{"value":{"missing_scopes":{"a":1}}}""", """{"value":{}}""")]
    [InlineData("""{"value":[1,null,{}]}""", """{"description":1}""")]
    public async Task Hints_with_other_values_lose_only_these(string forbidden, string fields)
    {
        var error = await FailAsync(
            403, $$"""{"truto_error_insight":{"forbidden_error":{{forbidden}},"missing_required_body_fields":{{fields}} } }""");

        Assert.Equal(TrutoErrorCause.Forbidden, error.Cause);
        Assert.True(error.Insight!.IsForbidden);
        Assert.Empty(error.MissingScopes);
        Assert.Empty(error.Insight.MissingBodyFields);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"message":5,"raw_response":null}""")]
    public async Task A_body_without_a_message_is_no_obstacle(string body)
    {
        var error = await FailAsync(404, body);

        Assert.Equal(TrutoErrorCause.NotFound, error.Cause);
        Assert.Null(error.TrutoMessage);
    }

    [Fact]
    public async Task Half_a_character_in_an_error_is_replaced()
    {
        var error = await FailAsync(422, """{"message":"cut \ud83d","raw_response":{"\ud83d":"\ude00"},"\ud83d":1}""");

        Assert.Equal("cut \ufffd", error.TrutoMessage);
        Assert.Equal("""{"\uFFFD":"\uFFFD"}""", JsonSerializer.Serialize(error.RawResponse));
        Assert.Equal(["\ufffd"], error.UnknownMembers.Keys);
    }

    [Fact]
    public async Task A_body_that_is_not_UTF8_is_no_obstacle()
    {
        var script = new Script(() => new HttpResponseMessage(System.Net.HttpStatusCode.NotFound)
        {
            Content = new ByteArrayContent([0x22, 0xFF, 0x22]),
        });

        var error = await Assert.ThrowsAsync<TrutoException>(
            () => script.Users().UpdateAsync("7", Clients.Patch, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(TrutoErrorCause.NotFound, error.Cause);
        Assert.Equal("\"\ufffd\"", error.RawResponse!.Value.GetString());
    }

    [Fact]
    public async Task An_error_body_larger_than_the_bound_is_left_unread()
    {
        var script = new Script(Script.Answer(422, $$"""{"message":"{{new string('x', 2000)}}"}"""));

        var error = await Assert.ThrowsAsync<TrutoException>(() => script.Users(configure: options => options.MaxResponseBytes = 1000)
            .UpdateAsync("7", Clients.Patch, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(TrutoErrorCause.ProviderValidation, error.Cause);
        Assert.Null(error.TrutoMessage);
        Assert.Null(error.RawResponse);
    }

    private static Task<TrutoException> FailAsync(int status, string body) => ErrorCauseTests.FailAsync(Script.Answer(status, body));
}
