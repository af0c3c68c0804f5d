using System.Text.Json.Nodes;
using Functions.Tests.Support;
using UserSync.Processing;

namespace Functions.Tests.Declarations;

public sealed class HostJsonTests
{
    private static JsonNode Queues => Shipped.HostJson["extensions"]!["queues"]!;

    [Fact]
    public void The_docs_give_a_reason_for_every_value()
    {
        var docs = Shipped.DocsTable("host.json");

        Assert.Equal(Leaves(string.Empty, Shipped.HostJson), docs.Select(row => (row[0], row[1])));
        Assert.All(docs, row => Assert.NotEmpty(row[2]));
    }

    [Fact]
    public void An_instance_processes_as_many_messages_at_a_time_as_the_server() => Assert.Equal(
        new ProcessingOptions().Workers, Queues["batchSize"]!.GetValue<int>() + Queues["newBatchThreshold"]!.GetValue<int>());

    [Fact]
    public void What_fails_in_the_host_is_tried_for_half_an_hour() => Assert.Equal(
        TimeSpan.FromMinutes(30), Span(Queues["visibilityTimeout"]) * Queues["maxDequeueCount"]!.GetValue<int>());

    [Fact]
    public void The_host_decodes_nothing_so_that_what_is_not_base64_reaches_a_function_too() =>
        Assert.Equal("none", Queues["messageEncoding"]!.GetValue<string>());

    [Fact]
    public void No_function_is_cut_off_while_a_sender_waits() =>
        Assert.True(Span(Shipped.HostJson["functionTimeout"]) > 2 * new ProcessingOptions().WaitTimeout);

    private static TimeSpan Span(JsonNode? node) => TimeSpan.Parse(node!.GetValue<string>());

    private static IEnumerable<(string Name, string Value)> Leaves(string path, JsonNode node) => node is JsonObject members
        ? members.SelectMany(member => Leaves(path.Length == 0 ? member.Key : $"{path}.{member.Key}", member.Value!))
        : [(path, node.ToString())];
}
