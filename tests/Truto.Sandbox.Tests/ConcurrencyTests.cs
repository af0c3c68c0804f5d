using System.Globalization;
using System.Net;

namespace Truto.Sandbox.Tests;

public sealed class ConcurrencyTests
{
    [Fact]
    public async Task A_thousand_updates_of_one_user_at_once_leave_a_record_of_one_of_them()
    {
        await using var sandbox = await Sandbox.StartAsync("planhat");

        var statuses = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(i => sandbox.PatchAsync(
            $$"""
            {
              "name": "{{i}}", "email": "{{i}}@example.com", "is_active": {{(i % 2 == 0 ? "true" : "false")}},
              "custom_fields": { "f{{i}}": {{i}}, "last": {{i}} }
            }
            """).StatusAsync()));

        Assert.All(statuses, status => Assert.Equal(HttpStatusCode.OK, status));
        var user = sandbox.User;
        var winner = int.Parse(user.Name!, CultureInfo.InvariantCulture);
        Assert.Equal(1_000, user.Revision);
        Assert.Equal($"{winner}@example.com", user.Email);
        Assert.Equal(winner % 2 == 0, user.IsActive);
        Assert.Equal(winner, user.CustomFields["last"].GetInt32());
        Assert.Equal(1_001, user.CustomFields.Count);
        Assert.Equal(1_000, sandbox.Truto.Calls.Total);

        // Only the winner's address is taken; every other one is free again.
        var other = winner == 0 ? 1 : 0;
        sandbox.Truto.PutUser(Sandbox.Account, new SandboxUser("2") { Email = $"{other}@example.com" });
        Assert.Throws<ArgumentException>(() => sandbox.Truto.PutUser(Sandbox.Account, new SandboxUser("3") { Email = user.Email }));
    }

    [Fact]
    public async Task Of_many_users_that_want_one_email_at_once_one_gets_it()
    {
        await using var sandbox = await Sandbox.StartAsync();
        for (var i = 0; i < 100; i++)
            sandbox.Truto.PutUser(Sandbox.Account, new SandboxUser($"u{i}"));

        var statuses = await Task.WhenAll(Enumerable.Range(0, 100).Select(i =>
            sandbox.PatchAsync("""{"email":"one@example.com"}""", id: $"u{i}").StatusAsync()));

        Assert.Single(statuses, HttpStatusCode.OK);
        Assert.Equal(99, statuses.Count(status => status == HttpStatusCode.Conflict));
        Assert.Single(sandbox.Truto.Users(Sandbox.Account), user => user.Email is "one@example.com");
    }

    [Fact]
    public void Users_put_in_created_and_removed_from_many_threads_leave_no_trace_of_each_other()
    {
        var truto = new SandboxTruto(TimeProvider.System, new SandboxOptions());
        truto.PutAccount(new SandboxAccount("a", "wix"));

        Parallel.For(0, 20_000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            var id = $"u{i % 97}";
            if (i % 3 == 0)
                truto.RemoveUser("a", id);
            else
                truto.PutUser("a", new SandboxUser(id) { Email = $"{id}-{i % 2}@example.com" });
        });

        var users = truto.Users("a").ToList();
        Assert.Equal(truto.CountUsers("a"), users.Count);
        Assert.Equal(users.Count, users.DistinctBy(user => user.Id, StringComparer.Ordinal).Count());
        for (var i = 0; i < 97; i++)
        {
            truto.RemoveUser("a", $"u{i}");

            // Every address that the removed users ever had is free.
            truto.PutUser("a", new SandboxUser($"x{i}") { Email = $"u{i}-0@example.com" });
            truto.PutUser("a", new SandboxUser($"y{i}") { Email = $"u{i}-1@example.com" });
        }

        Assert.Equal(194, truto.CountUsers("a"));
    }

    [Fact]
    public async Task The_log_counts_every_call_and_keeps_the_latest_however_many_come_at_once()
    {
        await using var sandbox = await Sandbox.StartAsync(options: new SandboxOptions { Limits = SandboxLimits.Off, CallCapacity = 100 });

        var seen = await Task.WhenAll(Enumerable.Range(0, 2_000).Select(async _ =>
        {
            await sandbox.GetAsync(Sandbox.Path()).StatusAsync();
            return sandbox.Truto.Calls.ToList();
        }));

        Assert.Equal(2_000, sandbox.Truto.Calls.Total);
        Assert.Equal(Enumerable.Range(1_900, 100).Select(number => (long)number), sandbox.Truto.Calls.Select(call => call.Number));
        Assert.All(seen, calls => Assert.InRange(calls.Count, 0, 100));
        Assert.All(seen, calls => Assert.Equal(calls.OrderBy(call => call.Number), calls));
    }

    [Fact]
    public async Task Hundreds_of_servers_start_and_stop_side_by_side()
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Sandbox.Cancellation };
        await Parallel.ForAsync(0, 200, options, async (_, _) =>
        {
            await using var sandbox = await Sandbox.StartAsync();
            await sandbox.PatchAsync("""{"name":"A"}""").JsonAsync();
            Assert.Equal(1, sandbox.User.Revision);
        });
    }
}
