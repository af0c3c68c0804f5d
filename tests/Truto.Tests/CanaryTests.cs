using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Truto.Crm;
using Truto.Errors;
using Truto.Tests.Support;

namespace Truto.Tests;

/// <summary>
/// Puts a token, an id, an e-mail address and a name into every place there is, and looks for them in every text that may be logged.
/// </summary>
public sealed class CanaryTests
{
    private const string Token = "quokka-token-0123456789";
    private const string Id = "quokka@id.example";
    private const string Email = "quokka@email.example";
    private const string Name = "Quokka Quokkason";

    private static readonly TrutoCall Call = new()
    {
        Token = Token,
        IntegratedAccountId = Id,
        ExcludeFields = [Email],
        RemoteQuery = new JsonObject { [Name] = Email },
    };

    private static readonly CrmUserPatch Patch = new()
    {
        Email = Email,
        Name = Name,
        CustomFields = new JsonObject { [Name] = Email },
        RemoteData = new JsonObject { [Email] = Name },
    };

    private static readonly string Everywhere = $$"""
        {"statusCode":0,"error":"{{Email}}","message":"{{Token}} {{Id}} {{Email}} {{Name}}","truto_is_remote_error":REMOTE,
         "raw_response":{"{{Name}}":"{{Token}} {{Email}}"},"details":"{{Name}}","{{Email}}":"{{Token}}",
         "truto_error_insight":{
           "missing_required_body_fields":{"description":"{{Name}}","value":["{{Token}}","{{Email}}","{{Name}}","email"]},
           "missing_required_query_parameters":{"description":"{{Email}}","value":["{{Token}}","x{{Token}}x"]},
           "forbidden_error":{"description":"{{Token}}","value":{"missing_scopes":["{{Token}}","{{Email}}","users.write"]} },
           "conditionally_required_body_fields":{"value":{"{{Email}}":"{{Name}}"} } } }
        """;

    public static TheoryData<int, bool> Answers()
    {
        var answers = new TheoryData<int, bool>();
        foreach (var status in (int[])[200, 204, 307, 400, 401, 403, 404, 405, 409, 418, 422, 429, 500, 502, 503, 504])
        {
            answers.Add(status, true);
            answers.Add(status, false);
        }

        return answers;
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task No_answer_leads_to_a_text_with_personal_data_or_the_token(int status, bool remote)
    {
        var json = Everywhere.Replace("REMOTE", remote ? "true" : "false", StringComparison.Ordinal);

        await NothingLeaksAsync(() => Response(status, json, "application/json"));
        await NothingLeaksAsync(() => Response(status, $"<html>{Token} {Email} {Name}</html>", "text/html"));
    }

    [Fact]
    public async Task No_failure_of_the_connection_leads_to_one() => await NothingLeaksAsync(
        () => throw new HttpRequestException(
            HttpRequestError.InvalidResponse, $"Received an invalid header line: '{Email} {Token} {Name}'."));

    [Fact]
    public async Task No_broken_or_oversized_answer_leads_to_one()
    {
        await NothingLeaksAsync(() => Response(200, $"{{\"email\":\"{Email}\",\"name\":\"{Name}", "application/json"));
        await NothingLeaksAsync(() => Response(200, $"\"{Email}{new string('x', 2000)}\"", "application/json"));
        await NothingLeaksAsync(() => Response(200, $"[[[[[[[[[\"{Email}\"]]]]]]]]]", "application/json"));
    }

    [Fact]
    public async Task No_argument_that_is_refused_leads_to_one()
    {
        var users = new Script().Users();
        var deep = JsonNode.Parse(string.Concat(Enumerable.Repeat($"{{\"{Name}\":", 9)) + $"\"{Email}\"" + new string('}', 9))!.AsObject();
        Func<Task>[] calls =
        [
            () => users.UpdateAsync(Email + "\ud800", Patch, Call),
            () => users.UpdateAsync(Email + new string('x', 3000), Patch, Call),
            () => users.UpdateAsync(Id, Patch, Call with { RemoteQuery = deep }),
            () => users.UpdateAsync(Id, Patch, Call with { RemoteQuery = new JsonObject { [Email + "[]"] = Name } }),
            () => users.UpdateAsync(Id, Patch, Call with { RemoteQuery = new JsonObject { [Email] = Name + "\ud800" } }),
            () => users.UpdateAsync(Id, Patch, Call with { IdempotencyKey = Name }),
            () => users.UpdateAsync(Id, Patch, Call with { Token = Token + "\n" }),
            () => users.UpdateAsync(Id, Patch, Call with { MaxRetries = -1 }),
            () => users.UpdateAsync(Id, Patch, Call with { Timeout = TimeSpan.Zero }),
            () => users.UpdateJsonAsync(Id, Encoding.UTF8.GetBytes($"{{\"{Name}\":{Email}}}"), CrmUserFormat.Unified, Call).AsTask(),
        ];

        foreach (var call in calls)
        {
            AssertClean((await Record.ExceptionAsync(call))!.ToString());
        }
    }

    [Fact]
    public void No_value_shows_what_it_holds()
    {
        AssertClean(Call.ToString());
        AssertClean(Patch.ToString());
        AssertClean(Patch.Email.ToString());
        AssertClean(new CrmUserQuery { Filters = new JsonObject { [Name] = Email } }.ToString());
        AssertClean(new TrutoResponse<CrmUser> { Value = new CrmUser { Name = Name }, StatusCode = 200 }.ToString());
        AssertClean(LenientDate.Parse(Email).ToString());
    }

    private static async Task NothingLeaksAsync(Func<HttpResponseMessage> answer)
    {
        var log = new LogCollector();
        using var activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name is TrutoClient.ActivitySourceName or "System.Net.Http",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
                log.Add(string.Join(' ', activity.TagObjects) + activity.DisplayName + activity.StatusDescription),
        };
        ActivitySource.AddActivityListener(activities);
        var services = new ServiceCollection().AddSingleton<TimeProvider>(new TestTime());
        services.AddLogging(logging => logging.AddProvider(log).SetMinimumLevel(LogLevel.Trace));
        services.AddTruto(options =>
        {
            options.AttemptTimeout = TestTime.AttemptTimeout;
            options.OverallTimeout = TestTime.OverallTimeout;
            options.MaxResponseBytes = 1500;
            options.MaxJsonDepth = 8;
            options.MaxRetries = 1;
        }).ConfigurePrimaryHttpMessageHandler(() => new Script(answer));
        await using var provider = services.BuildServiceProvider();
        var users = provider.GetRequiredService<TrutoClient>().CrmUsers;
        var cancellation = TestContext.Current.CancellationToken;
        Func<Task<string?>>[] calls =
        [
            async () => (await users.UpdateAsync(Id, Patch, Call, cancellation)).ToString(),
            async () => (await users.UpdateRawAsync(Id, Patch, Call, cancellation)).ToString(),
            async () => (await users.UpdateJsonAsync(Id, Patch.ToUtf8Json(), CrmUserFormat.Unified, Call, cancellation)).ToString(),
            async () => (await users.UpdateStreamAsync(Id, Patch, Call, cancellation)).IdempotencyKey,
            async () => (await users.GetAsync(Id, Call, cancellation)).ToString(),
            async () => (await users.CreateAsync(Patch, Call, cancellation)).ToString(),
            async () => (await users.DeleteAsync(Id, Call, cancellation)).ToString(),
            async () => (await users.ListAsync(new CrmUserQuery { Filters = new JsonObject { ["q"] = Email } }, Call, cancellation)
                .ToListAsync(cancellation)).Count.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ];

        foreach (var call in calls)
        {
            try
            {
                log.Add((await call())!);
            }
            catch (TrutoException exception)
            {
                log.Add(exception.ToString());
                log.Add(exception.Message);
                log.Add(exception.Insight?.ToString() ?? "");
            }
        }

        Assert.Contains(log.Lines, line => line.Contains("/unified/crm/users", StringComparison.Ordinal));
        Assert.All(log.Lines, AssertClean);
    }

    private static HttpResponseMessage Response(int status, string body, string mediaType)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status)
        {
            ReasonPhrase = Name,
            Content = status == 204 ? new ByteArrayContent([]) : new StringContent(body, Encoding.UTF8, mediaType),
        };
        response.Headers.TryAddWithoutValidation("Location", "https://x.example/" + Email);
        response.Headers.TryAddWithoutValidation("Retry-After", Email);
        response.Headers.TryAddWithoutValidation("ratelimit-reset", Name);
        response.Headers.TryAddWithoutValidation("X-Echo", Token);
        return response;
    }

    private static void AssertClean(string text) => Assert.DoesNotContain("quokka", text, StringComparison.OrdinalIgnoreCase);
}
