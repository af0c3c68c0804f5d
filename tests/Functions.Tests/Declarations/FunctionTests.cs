using System.Text.RegularExpressions;
using Functions.Tests.Support;
using Microsoft.Azure.Functions.Worker;
using UserSync.Azure;
using UserSync.Receiving;

namespace Functions.Tests.Declarations;

public sealed partial class FunctionTests
{
    [Fact]
    public void The_app_has_these_functions_and_the_docs_list_them() => Assert.Equal(
        Shipped.DocsTable("Functions").Select(row => (row[0], row[1], row[2])),
        DeclaredFunction.All.Select(function => (function.Name, function.Trigger, function.Access)));

    [Fact]
    public void Only_the_door_and_the_bare_health_are_open_to_anybody() => Assert.Equal(
        ["Health", "ReceiveDelivery"],
        DeclaredFunction.All
            .Where(function => function.Http is { AuthLevel: AuthorizationLevel.Anonymous })
            .Select(function => function.Name));

    [Fact]
    public void Every_other_http_function_takes_a_function_key() => Assert.All(
        DeclaredFunction.All.Where(function => function.Http is not null && function.Name is not ("Health" or "ReceiveDelivery")),
        function => Assert.Equal(AuthorizationLevel.Function, function.Http!.AuthLevel));

    [Fact]
    public void Every_part_of_a_route_is_a_parameter() => Assert.All(
        DeclaredFunction.All.Where(function => function.Http is not null),
        function => Assert.Equal(
            RouteParameter().Matches(function.Http!.Route!).Select(match => match.Groups["name"].Value),
            function.Method.GetParameters()
                .Where(parameter => parameter.ParameterType == typeof(string))
                .Select(parameter => parameter.Name!)));

    [Fact]
    public void No_two_http_functions_share_a_route_and_a_method() => Assert.Distinct(
        from function in DeclaredFunction.All
        let http = function.Http
        where http is not null
        from method in http.Methods!
        select $"{method} {http.Route}");

    [Fact]
    public void Signatures_over_the_address_are_checked_against_the_route_of_the_door()
    {
        var door = DeclaredFunction.All.Single(function => function.Name == "ReceiveDelivery").Http!.Route!;
        var prefix = Shipped.HostJson["extensions"]!["http"]!["routePrefix"]!.GetValue<string>();

        Assert.Equal(
            $"https://hooks.example.com/{prefix}/{door.Replace("{source}", "workos", StringComparison.Ordinal)}",
            new ReceivingOptions { PublicUrl = new Uri("https://hooks.example.com") }.UrlOf("workos", own: null));
    }

    [Fact]
    public void Messages_are_taken_as_text_from_the_queue_that_the_store_writes_to_and_from_the_one_of_what_the_host_gave_up_on()
    {
        var queue = new AzureStorageOptions().QueueName;
        var functions = DeclaredFunction.All.Where(function => function.Queue is not null).ToList();

        Assert.Equal(
            [("GiveUpChange", queue + "-poison"), ("ProcessChange", queue)],
            functions.Select(function => (function.Name, function.Queue!.QueueName)));
        Assert.All(functions, function => Assert.Equal(typeof(string), function.Method.GetParameters()[0].ParameterType));
    }

    [Fact]
    public void Queues_are_in_the_account_of_the_host()
    {
        var connections = DeclaredFunction.All
            .Where(function => function.Queue is not null)
            .Select(function => function.Queue!.Connection!)
            .Distinct(StringComparer.Ordinal);

        Assert.Equal("AzureWebJobsStorage", Assert.Single(connections));
        Assert.Contains("AzureWebJobsStorage", Shipped.SampleSettings.Keys);
        Assert.Contains(Shipped.DocsTable("Settings"), row => row[0] == "AzureWebJobsStorage__accountName");
    }

    [Fact]
    public void Timers_have_a_schedule_of_six_fields_and_do_not_run_at_every_start() => Assert.All(
        DeclaredFunction.All.Where(function => function.Timer is not null),
        function =>
        {
            // Six fields, the first of them seconds; a time span is not taken on Flex Consumption.
            Assert.Matches(@"^0 (\d+|\*/\d+)( \*){4}$", function.Timer!.Schedule);
            Assert.False(function.Timer.RunOnStartup);
            Assert.True(function.Timer.UseMonitor);
        });

    [Fact]
    public void Every_function_can_be_stopped() => Assert.All(
        DeclaredFunction.All,
        function => Assert.Equal(typeof(CancellationToken), function.Method.GetParameters()[^1].ParameterType));

    [GeneratedRegex(@"\{(?<name>\w+)\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RouteParameter();
}
