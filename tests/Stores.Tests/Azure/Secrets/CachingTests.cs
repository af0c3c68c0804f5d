using System.Globalization;
using System.Net;
using UserSync.Azure.Secrets;
using UserSync.Secrets;

namespace Stores.Tests.Azure.Secrets;

public sealed class CachingTests : VaultTest
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private int Reads => Vault.Requests.Count(path => path == $"/secrets/{Name}");

    [Fact]
    public async Task A_thousand_who_need_a_secret_at_the_same_time_read_it_once()
    {
        Vault.Set(Name, "s1");
        var gate = new TaskCompletionSource();
        Vault.Before = _ => gate.Task;

        var all = Enumerable.Range(0, 1000).Select(_ => Task.Run(() => GetAsync(), Cancellation)).ToList();
        await UntilAsync(() => Reads > 0);
        gate.SetResult();

        Assert.All(await Task.WhenAll(all), values => Assert.Equal(["s1"], values));
        Assert.Equal(1, Reads);
    }

    [Fact]
    public async Task Two_secrets_do_not_wait_for_each_other()
    {
        Vault.Set(Name, "s1");
        Vault.Set("other", "s2");
        var gate = new TaskCompletionSource();
        Vault.Before = token =>
            Reads > 0 && Vault.Requests[^1].EndsWith(Name, StringComparison.Ordinal) ? gate.Task.WaitAsync(token) : Task.CompletedTask;

        var slow = GetAsync();
        await UntilAsync(() => Reads > 0);

        Assert.Equal(["s2"], await GetAsync("other"));
        gate.SetResult();
        Assert.Equal(["s1"], await slow);
    }

    [Fact]
    public async Task A_fresh_secret_is_not_read_again()
    {
        Vault.Set(Name, "s1");
        await GetAsync();

        for (var i = 0; i < 100; i++)
        {
            Clock.Advance((Options.RefreshAfter - Second) / 100);
            Assert.Equal(["s1"], await GetAsync());
        }

        Assert.Equal(1, Reads);
    }

    [Fact]
    public async Task A_secret_is_read_ahead_while_what_is_known_serves()
    {
        Vault.Set(Name, "s1");
        await GetAsync();
        Vault.Set(Name, "s2");
        var gate = new TaskCompletionSource();
        Vault.Before = _ => gate.Task;
        Clock.Advance(Options.RefreshAfter);

        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(["s1"], await GetAsync());
        }

        await UntilAsync(() => Reads == 2);
        gate.SetResult();
        await UntilAsync(() => HasLogged($"Information The secret {Name} has changed; 2 of its versions count."));
        Assert.Equal(["s2", "s1"], await GetAsync());
        Assert.Equal(2, Reads);
    }

    [Fact]
    public async Task A_secret_that_nobody_needed_for_long_is_read_before_anybody_goes_on()
    {
        Vault.Set(Name, "s1");
        await GetAsync();
        Vault.Set(Name, "s2");
        Clock.Advance(2 * Options.RefreshAfter);

        Assert.Equal(["s2", "s1"], await GetAsync());
    }

    [Fact]
    public async Task Where_an_old_value_would_do_nobody_waits_long_for_the_new_one()
    {
        Vault.Set(Name, "s1");
        await GetAsync();
        Vault.Before = token => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        Clock.Advance(2 * Options.RefreshAfter);

        var waiting = GetAsync();
        await UntilAsync(() => Reads == 2);
        Assert.False(waiting.IsCompleted);
        Clock.Advance(CachedSecret.Patience);

        Assert.Equal(["s1"], await waiting.WaitAsync(TimeSpan.FromSeconds(30), Cancellation));
    }

    [Fact]
    public async Task While_the_vault_is_down_the_last_good_value_serves_up_to_the_hard_limit_and_after_it_none()
    {
        Vault.Set(Name, "s1");
        await GetAsync();
        Vault.Refuse(HttpStatusCode.InternalServerError, "Down");

        for (var age = TimeSpan.Zero; age + TimeSpan.FromHours(1) < Options.KeepFor; age += TimeSpan.FromHours(1))
        {
            Clock.Advance(TimeSpan.FromHours(1));
            Assert.Equal(["s1"], await GetAsync());
        }

        Clock.Advance(TimeSpan.FromHours(1));
        var exception = await Assert.ThrowsAsync<SecretStoreException>(() => GetAsync());

        Assert.Equal(Name, exception.SecretName);
        Assert.True(HasLogged($"Warning The secret {Name} cannot be read; what was read 01:00:00 ago still serves."));
        Assert.True(HasLogged($"Error The secret {Name} cannot be read, and no value of it is known."));
    }

    [Fact]
    public async Task When_the_vault_is_back_so_is_the_secret()
    {
        Vault.Refuse(HttpStatusCode.InternalServerError, "Down");
        await Assert.ThrowsAsync<SecretStoreException>(() => GetAsync());
        Vault.Set(Name, "s1");
        Vault.Recover();

        Clock.Advance(Second);

        Assert.Equal(["s1"], await GetAsync());
    }

    [Fact]
    public async Task While_the_vault_is_down_it_is_asked_less_and_less_however_many_events_there_are()
    {
        // Not repeated by the client, so that every request is one read.
        Vault.Refuse(HttpStatusCode.BadRequest, "Down");

        for (var i = 0; i < 600; i++)
        {
            await Assert.ThrowsAsync<SecretStoreException>(() => GetAsync());
            Clock.Advance(TimeSpan.FromSeconds(0.5));
        }

        // After 1, 2, 4, 8 and 16 seconds, then every 30, for five minutes.
        Assert.InRange(Reads, 10, 15);
    }

    [Fact]
    public async Task While_the_vault_is_down_nobody_waits_for_it_where_an_old_value_would_do()
    {
        Vault.Set(Name, "s1");
        await GetAsync();
        Vault.Refuse(HttpStatusCode.BadRequest, "Down");
        Clock.Advance(2 * Options.RefreshAfter);
        await GetAsync();
        Vault.Before = token => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        Clock.Advance(TimeSpan.FromMinutes(1));

        // The clock stands still: whoever waited would wait for ever.
        Assert.Equal(["s1"], await GetAsync().WaitAsync(TimeSpan.FromSeconds(30), Cancellation));
        await UntilAsync(() => Reads == 3);
    }

    [Fact]
    public async Task That_a_secret_is_missing_is_believed_briefly()
    {
        for (var i = 0; i < 100; i++)
        {
            Assert.Empty(await GetAsync());
        }

        Vault.Set(Name, "s1");
        Clock.Advance(Options.MissingFor - Second);
        Assert.Empty(await GetAsync());
        Assert.Equal(1, Reads);
        Clock.Advance(Second);
        Assert.Equal(["s1"], await GetAsync());
    }

    [Fact]
    public async Task A_secret_that_was_missing_and_cannot_be_looked_for_again_is_not_believed_to_be_missing()
    {
        await GetAsync();
        Vault.Refuse(HttpStatusCode.BadRequest, "Down");
        Clock.Advance(Options.MissingFor);

        await Assert.ThrowsAsync<SecretStoreException>(() => GetAsync());
    }

    [Fact]
    public async Task A_secret_that_is_deleted_ends_with_the_next_read()
    {
        Vault.Set(Name, "s1");
        await GetAsync();
        Vault.Delete(Name);
        Clock.Advance(2 * Options.RefreshAfter);

        Assert.Empty(await GetAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_vault_that_is_asked_too_often_is_left_alone_for_as_long_as_it_says(bool asDate)
    {
        Vault.Set(Name, "s1");
        Vault.Set("other", "s2");
        await GetAsync();
        var until = Clock.GetUtcNow() + Options.RefreshAfter + (90 * Second);
        Clock.Advance(Options.RefreshAfter);
        Vault.Refuse(HttpStatusCode.TooManyRequests, "Throttled", asDate ? until.ToString("R", CultureInfo.InvariantCulture) : "90");
        Assert.Equal(["s1"], await GetAsync());
        await UntilAsync(() => Logs.Lines.Any(line => line.Contains("429 Throttled", StringComparison.Ordinal)));
        var asked = Vault.Requests.Count;

        // The limit is that of the vault, so it is for all secrets.
        for (var i = 0; i < 89; i++)
        {
            Clock.Advance(Second);
            Assert.Equal(["s1"], await GetAsync());
            await Assert.ThrowsAsync<SecretStoreException>(() => GetAsync("other"));
        }

        Assert.Equal(asked, Vault.Requests.Count);
        Vault.Recover();
        Clock.Advance(Second);
        Assert.Equal(["s2"], await GetAsync("other"));
    }

    [Fact]
    public async Task A_vault_that_is_asked_too_often_and_does_not_say_how_long_is_left_alone_for_a_while()
    {
        Vault.Refuse(HttpStatusCode.TooManyRequests, "Throttled");
        await Assert.ThrowsAsync<SecretStoreException>(() => GetAsync());
        Vault.Recover();
        Vault.Set("other", "s2");

        await Assert.ThrowsAsync<SecretStoreException>(() => GetAsync("other"));
        Assert.Single(Vault.Requests);
        Clock.Advance(Second);
        Assert.Equal(["s2"], await GetAsync("other"));
    }

    [Fact]
    public async Task A_vault_that_asks_for_an_endless_pause_gets_ten_minutes()
    {
        Vault.Refuse(HttpStatusCode.TooManyRequests, "Throttled", "86400");
        await Assert.ThrowsAsync<SecretStoreException>(() => GetAsync());
        Vault.Recover();
        Vault.Set(Name, "s1");

        Clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(["s1"], await GetAsync());
    }

    [Fact]
    public async Task A_value_that_was_refused_is_read_again_at_once()
    {
        Vault.Set(Name, "old");
        await GetAsync();
        Vault.Set(Name, "new");
        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["old"], await GetAsync());

        Store.Invalidate(Name);

        Assert.Equal("new", (await GetAsync())[0]);
    }

    [Fact]
    public async Task A_value_that_is_wrong_in_the_vault_does_not_cost_one_read_per_event()
    {
        Vault.Set(Name, "wrong");
        await GetAsync();

        for (var i = 0; i < 600; i++)
        {
            Clock.Advance(Second / 10);
            Store.Invalidate(Name);
            Assert.Equal(["wrong"], await GetAsync());
        }

        Assert.InRange(Reads, 6, 7);
    }

    [Fact]
    public async Task A_read_that_began_before_the_value_was_refused_does_not_count_as_reading_it_again()
    {
        Vault.Set(Name, "old");
        await GetAsync();
        var gate = new TaskCompletionSource();
        var isFirst = 1;

        Clock.Advance(Options.RefreshAfter);
        Vault.Before = _ => Interlocked.Exchange(ref isFirst, 0) == 1 ? gate.Task : Task.CompletedTask;
        await GetAsync();
        await UntilAsync(() => Reads == 2);
        Clock.Advance(Second);
        Store.Invalidate(Name);
        var waiting = GetAsync();
        gate.SetResult();
        await waiting;

        Assert.Equal(3, Reads);
    }

    [Fact]
    public async Task While_the_vault_is_down_a_value_that_was_refused_goes_on_to_serve()
    {
        Vault.Set(Name, "s1");
        await GetAsync();
        Vault.Refuse(HttpStatusCode.BadRequest, "Down");
        Clock.Advance(TimeSpan.FromMinutes(1));

        Store.Invalidate(Name);

        Assert.Equal(["s1"], await GetAsync());
    }

    [Fact]
    public async Task Who_stops_waiting_takes_nobody_with_him()
    {
        Vault.Set(Name, "s1");
        var gate = new TaskCompletionSource();
        Vault.Before = token => gate.Task.WaitAsync(token);
        using var stop = new CancellationTokenSource();
        var impatient = Store.GetAsync(Name, stop.Token).AsTask();
        var patient = GetAsync();
        await UntilAsync(() => Reads == 1);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        gate.SetResult();

        Assert.Equal(["s1"], await patient);
        Assert.Equal(1, Reads);
    }

    [Fact]
    public async Task A_vault_that_does_not_answer_is_given_up_in_time()
    {
        Vault.Before = token => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        var waiting = GetAsync();
        await UntilAsync(() => Reads == 1);

        Clock.Advance(Options.CallTimeout);

        var exception = await Assert.ThrowsAsync<SecretStoreException>(() => waiting);
        Assert.Equal("Key Vault did not answer in time.", exception.InnerException?.Message);
    }

    [Fact]
    public async Task No_value_stands_in_a_log_or_an_exception()
    {
        const string Canary = "c4nary-v4lue";
        Vault.Set(Name, Canary);
        Clock.Advance(TimeSpan.FromHours(1));
        Vault.Set(Name, Canary + "2");
        await GetAsync();
        Vault.Refuse(HttpStatusCode.InternalServerError, "Down");
        Clock.Advance(Options.KeepFor);
        var exception = await Assert.ThrowsAsync<SecretStoreException>(() => GetAsync());

        Assert.NotEmpty(Logs.Lines);
        Assert.All(Logs.Lines.Append(exception.ToString()), line =>
        {
            Assert.DoesNotContain(Canary, line, StringComparison.Ordinal);
            Assert.DoesNotContain(FakeVault.Token, line, StringComparison.Ordinal);
            Assert.DoesNotContain(FakeVault.Caller, line, StringComparison.Ordinal);
        });
    }
}
