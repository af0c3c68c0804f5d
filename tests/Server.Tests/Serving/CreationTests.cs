using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Server.Tests.Support;
using Truto.Sandbox;

namespace Server.Tests.Serving;

/// <summary>Two servers in processes of their own, over one store: a user that is missing is created once.</summary>
public sealed class CreationTests
{
    private const string Account = "5a17e000-0000-4000-8000-00000000c4ea";
    private const int People = 12;
    private const int EventsEach = 6;

    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(3);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_processes_never_create_the_same_missing_user_twice()
    {
        var truto = new SandboxTruto(TimeProvider.System, new SandboxOptions { Limits = SandboxLimits.Off });
        truto.PutAccount(new SandboxAccount(Account, "planhat"));
        await using var crm = await SandboxServer.StartAsync(truto, cancellationToken: Cancel);
        using var folder = new SourceFolder(("people", $$"""
            {
              "verify": { "scheme": "none" }, "account": "{{Account}}", "provider": "planhat", "id": "id",
              "user": { "find": { "email": "email" }, "missing": "create" },
              "map": { "email": "email", "name": "name" }
            }
            """));
        var database = Path.Combine(folder.Path, "store.db");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        deadline.CancelAfter(Bound);
        using var http = new HttpClient();
        using var first = Start(folder.Path, database, crm.BaseAddress, out var one);
        using var second = Start(folder.Path, database, crm.BaseAddress, out var two);
        try
        {
            await AnswersAsync(http, one, deadline.Token);
            await AnswersAsync(http, two, deadline.Token);

            // Every event of a person has a name of its own, so that each is news.
            await Task.WhenAll(Enumerable.Range(0, People * EventsEach).Select(async i =>
            {
                var body = $$"""{ "id": "e{{i}}", "email": "Person-{{i % People}}@example.com", "name": "Name {{i}}" }""";
                using var content = new StringContent(body, Encoding.UTF8, "application/json");
                using var response = await http.PostAsync(new Uri(i % 2 == 0 ? one : two, "/api/webhooks/people"), content, deadline.Token);
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            }));

            var outcomes = await EndedAsync(http, one, deadline.Token);

            Assert.All(outcomes, outcome => Assert.Contains(outcome, (string[])["applied", "skipped"]));
        }
        finally
        {
            first.Kill();
            second.Kill();
        }

        Assert.Equal(People, truto.CountUsers(Account));
        Assert.Equal(People, truto.Calls.Count(call => call.Method == "POST"));
    }

    private static Process Start(string sources, string database, Uri truto, out Uri address)
    {
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture)}");
        }

        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "Server.dll"), "serve", "--url", address.GetLeftPart(UriPartial.Authority)])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["Sources__Folder"] = sources;
        start.Environment["Sqlite__Path"] = database;
        start.Environment["Truto__BaseAddress"] = truto.ToString();
        start.Environment["Secrets__TRUTO_API_TOKEN"] = SandboxOptions.DefaultToken;
        start.Environment["Directory__MissInterval"] = "00:00:01";
        start.Environment["Logging__LogLevel__Default"] = "Critical";
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static async Task AnswersAsync(HttpClient http, Uri address, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                using var response = await http.GetAsync(new Uri(address, "/api/health"), cancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It is still starting.
            }

            await Task.Delay(100, cancellationToken);
        }
    }

    /// <summary>The statuses of all events, once none is open.</summary>
    private static async Task<List<string>> EndedAsync(HttpClient http, Uri address, CancellationToken cancellationToken)
    {
        while (true)
        {
            var page = await http.GetStringAsync(new Uri(address, "/api/events?limit=100"), cancellationToken);
            var statuses = JsonElement.Parse(page).GetProperty("events").EnumerateArray().Select(item => item.GetProperty("outcome").GetString()!).ToList();
            if (statuses.Count == People * EventsEach && !statuses.Contains("received"))
            {
                return statuses;
            }

            await Task.Delay(200, cancellationToken);
        }
    }
}
