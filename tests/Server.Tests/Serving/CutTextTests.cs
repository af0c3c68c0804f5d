using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Server.Tests.Support;

namespace Server.Tests.Serving;

/// <summary>A Truto that was written in JavaScript answers a text that was cut within an emoji as it is: half a character, escaped.</summary>
public sealed class CutTextTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_with_half_a_character_reaches_the_waiting_sender_and_again_each_time_it_repeats_the_event()
    {
        var calls = 0;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var truto = builder.Build();
        truto.Urls.Add("http://127.0.0.1:0");
        truto.MapPatch("/unified/crm/users/{id}", (string id) =>
        {
            calls++;
            return Results.Text($$"""{"id":"{{id}}","name":"cut \ud83d"}""", "application/json");
        });
        await truto.StartAsync(Cancel);
        using var folder = new SourceFolder(("cut", SourceFolder.Minimal("""  "verify": { "scheme": "none" }, "id": "event" """)));
        await using var world = await ServerWorld.StartAsync(folder.Path, [], KeyValuePair.Create("Truto:BaseAddress", truto.Urls.Single()));

        for (var time = 0; time < 2; time++)
        {
            var answer = await world.PostAsync("cut", """{ "event": "e1", "id": "42", "email": "ada@example.com" }""", Cancel);

            Assert.Equal(200, answer.Status);
            Assert.Equal("cut \ufffd", answer.Json.GetProperty("name").GetString());
        }

        Assert.Equal(1, calls);
    }
}
