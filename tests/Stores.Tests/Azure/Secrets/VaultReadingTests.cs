using System.Net;
using Azure.Security.KeyVault.Secrets;
using Microsoft.Extensions.Logging.Abstractions;
using UserSync.Azure.Secrets;
using UserSync.Secrets;

namespace Stores.Tests.Azure.Secrets;

public sealed class VaultReadingTests : VaultTest
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Theory]
    [InlineData(300, 0, 1, 300)]
    [InlineData(1, 0, 300, 300)]
    [InlineData(60, 59, 10, 69)]
    [InlineData(60, 61, 10, 71)]
    public void Of_several_pauses_the_one_that_ends_last_counts(int first, int later, int second, int end)
    {
        var reader = new VaultReader(new SecretClient(new Uri(Vault.Address), Identity), TimeSpan.Zero, Clock, NullLogger.Instance);
        Assert.False(reader.IsPaused);

        reader.Pause(TimeSpan.FromSeconds(first));
        Clock.Advance(TimeSpan.FromSeconds(later));
        reader.Pause(TimeSpan.FromSeconds(second));

        Clock.Advance(TimeSpan.FromSeconds(end - later - 0.5));
        Assert.True(reader.IsPaused);
        Clock.Advance(TimeSpan.FromSeconds(0.5));
        Assert.False(reader.IsPaused);
    }

    [Fact]
    public async Task The_age_of_a_secret_is_that_of_its_newest_version()
    {
        Vault.Set(Name, "old");
        Clock.Advance(TimeSpan.FromDays(40));
        Vault.Set(Name, "new");
        var since = Clock.GetUtcNow();
        Clock.Advance(TimeSpan.FromDays(2));

        Assert.Equal(since, await Store.SinceAsync(Name, Cancellation));
        Assert.Null(await Store.SinceAsync("nobody-set-this", Cancellation));
    }

    [Fact]
    public async Task A_secret_is_read_with_a_token_that_the_vault_tells_where_to_get()
    {
        Vault.Set(Name, "s1");

        Assert.Equal(["s1"], await GetAsync());

        Assert.Equal(1, Vault.Challenges);
        var request = Assert.Single(Identity.Requests);
        Assert.Equal(["https://vault.azure.net/.default"], request.Scopes);
        Assert.Equal(FakeVault.Tenant, request.TenantId);
    }

    [Fact]
    public async Task A_new_line_at_the_end_of_any_version_comes_from_a_file_and_is_no_part_of_it()
    {
        Vault.Set(Name, "old\r\n");
        Clock.Advance(Day);
        Vault.Set(Name, "\n");
        Vault.Set(Name, "new \n");

        Assert.Equal(["new ", "old"], await GetAsync());
    }

    [Fact]
    public async Task Nothing_is_sent_before_a_secret_is_needed()
    {
        Store.Invalidate(Name);

        Assert.Empty(Vault.Requests);
        Assert.Equal(0, Vault.Challenges);
        await GetAsync();
        Assert.NotEmpty(Vault.Requests);
    }

    [Fact]
    public async Task A_secret_that_is_not_there_has_no_values() => Assert.Empty(await GetAsync());

    [Theory]
    [InlineData("")]
    [InlineData("../keys/k")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("a%2Fb")]
    [InlineData("é")]
    [InlineData(
        "a123456789012345678901234567890123456789012345678901234567890123"
        + "4567890123456789012345678901234567890123456789012345678901234567")]
    public async Task What_cannot_be_the_name_of_a_secret_has_no_values_and_is_not_asked_for(string name)
    {
        Assert.Empty(await GetAsync(name));

        Assert.Empty(Vault.Requests);
    }

    [Fact]
    public async Task Upper_and_lower_case_are_the_same_secret()
    {
        Vault.Set(Name, "s1");

        await GetAsync();
        var reads = Vault.Requests.Count;

        Assert.Equal(["s1"], await GetAsync(Name.ToUpperInvariant()));
        Assert.Equal(reads, Vault.Requests.Count);
    }

    [Fact]
    public async Task A_former_version_counts_beside_the_newest_for_the_time_of_overlap()
    {
        Vault.Set(Name, "s1");
        Clock.Advance(30 * Day);
        Vault.Set(Name, "s2");

        Clock.Advance(Options.Overlap - TimeSpan.FromSeconds(1));
        Assert.Equal(["s2", "s1"], await GetAsync());
        Clock.Advance(2 * Options.RefreshAfter);
        Assert.Equal(["s2"], await GetAsync());
    }

    [Fact]
    public async Task A_former_version_that_was_replaced_long_ago_does_not_count_because_a_later_one_is_new()
    {
        Vault.Set(Name, "s1");
        Clock.Advance(30 * Day);
        Vault.Set(Name, "s2");
        Clock.Advance(30 * Day);
        Vault.Set(Name, "s3");

        Assert.Equal(["s3", "s2"], await GetAsync());
    }

    [Fact]
    public async Task Several_rotations_in_the_time_of_overlap_all_count_up_to_four()
    {
        foreach (var value in (string[])["s1", "s2", "s3", "s4", "s5"])
        {
            Vault.Set(Name, value);
            Clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal(["s5", "s4", "s3", "s2"], await GetAsync());
    }

    [Fact]
    public async Task Without_an_overlap_only_the_newest_counts_and_one_call_reads_it()
    {
        Options.Overlap = TimeSpan.Zero;
        Vault.Set(Name, "s1");
        Vault.Set(Name, "s2");

        Assert.Equal(["s2"], await GetAsync());
        Assert.Equal([$"/secrets/{Name}"], Vault.Requests);
    }

    [Theory]
    [InlineData("disabled", "s1")]
    [InlineData("expired", "s1")]
    [InlineData("not yet valid", "s1")]
    [InlineData("empty", "s1")]
    [InlineData("disabled", "s1", false)]
    [InlineData("expired", "s1", false)]
    [InlineData("not yet valid", "s1", false)]
    [InlineData("empty", null, false)]
    public async Task A_version_that_cannot_be_used_does_not_count_and_the_one_before_it_does(
        string state, string? expected, bool overlap = true)
    {
        Options.Overlap = overlap ? Options.Overlap : TimeSpan.Zero;
        Vault.Set(Name, "s1");
        Clock.Advance(Day);
        var newest = Vault.Set(Name, state == "empty" ? " " : "s2");
        newest.IsEnabled = state != "disabled";
        newest.ExpiresAt = state == "expired" ? Clock.GetUtcNow() : null;
        newest.NotBefore = state == "not yet valid" ? Clock.GetUtcNow() + Day : null;

        // What is empty is a version nevertheless: without an overlap, it has taken the former one's place.
        Assert.Equal(expected is null ? [] : [expected], await GetAsync());
    }

    [Fact]
    public async Task A_former_version_that_is_disabled_does_not_count_any_more()
    {
        var former = Vault.Set(Name, "s1");
        Clock.Advance(Day);
        Vault.Set(Name, "s2");
        Assert.Equal(["s2", "s1"], await GetAsync());

        former.IsEnabled = false;
        Clock.Advance(2 * Options.RefreshAfter);

        Assert.Equal(["s2"], await GetAsync());
    }

    [Fact]
    public async Task A_version_that_begins_later_takes_over_when_it_does()
    {
        Vault.Set(Name, "s1");
        Clock.Advance(30 * Day);
        Vault.Set(Name, "s2").NotBefore = Clock.GetUtcNow() + (10 * Day);

        Assert.Equal(["s1"], await GetAsync());
        Clock.Advance(11 * Day);
        Assert.Equal(["s2", "s1"], await GetAsync());
    }

    [Fact]
    public async Task A_version_ends_when_it_expires_and_not_when_it_is_read_again()
    {
        Vault.Set(Name, "s1").ExpiresAt = Clock.GetUtcNow() + TimeSpan.FromMinutes(1);
        Clock.Advance(TimeSpan.FromSeconds(1));
        Vault.Set(Name, "s2");
        Assert.Equal(["s2", "s1"], await GetAsync());
        var reads = Vault.Requests.Count;

        Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(["s2"], await GetAsync());
        Assert.Equal(reads, Vault.Requests.Count);
    }

    [Fact]
    public async Task A_secret_without_a_version_that_can_be_used_has_no_values_and_the_log_says_why()
    {
        Vault.Set(Name, "s1").IsEnabled = false;

        Assert.Empty(await GetAsync());

        Assert.True(HasLogged($"Warning The secret {Name} has no version that counts"));
    }

    [Fact]
    public async Task A_list_of_versions_is_read_to_its_end()
    {
        Vault.PageSize = 2;
        for (var i = 0; i < 9; i++)
        {
            Vault.Set(Name, $"s{i}");
            Clock.Advance(30 * Day);
        }

        Assert.Equal(["s8"], await GetAsync());
        Assert.Equal(5, Vault.Requests.Count(path => path.EndsWith("/versions", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_unchanged_secret_costs_one_call_and_a_version_is_read_once()
    {
        Vault.Set(Name, "s1");
        await GetAsync();
        Assert.Equal([$"/secrets/{Name}", $"/secrets/{Name}/versions"], Vault.Requests);

        await RefreshAsync();
        Assert.Equal(3, Vault.Requests.Count);

        // The new one, and the list that says that the former one counts; its value is known.
        Vault.Set(Name, "s2");
        await RefreshAsync();
        await RefreshAsync();
        Assert.Equal(7, Vault.Requests.Count);
        Assert.Equal(["s2", "s1"], await GetAsync());
        Assert.DoesNotContain(Vault.Requests, path => path.Split('/').Length > 4);

        async Task RefreshAsync()
        {
            Clock.Advance(2 * Options.RefreshAfter);
            await GetAsync();
        }
    }

    [Fact]
    public async Task An_identity_that_may_not_list_has_the_newest_and_the_log_says_so()
    {
        Vault.MayList = false;
        Vault.Set(Name, "s1");
        Vault.Set(Name, "s2");

        Assert.Equal(["s2"], await GetAsync());

        Assert.True(HasLogged($"Warning The versions of the secret {Name} may not be listed"));
    }

    [Fact]
    public async Task An_identity_that_may_list_and_not_read_is_no_secret_that_is_missing()
    {
        Vault.MayRead = false;
        Vault.Set(Name, "s1");

        var exception = await Assert.ThrowsAsync<SecretStoreException>(() => GetAsync());

        Assert.Equal(
            "Key Vault refused to hand it out: 403 Forbidden (request request-1). "
            + "Check that the identity has the role Key Vault Secrets User.",
            exception.InnerException?.Message);
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound, "ResourceNotFound")]
    [InlineData(HttpStatusCode.BadRequest, "BadParameter")]
    [InlineData(HttpStatusCode.Forbidden, "ForbiddenByFirewall")]
    [InlineData(HttpStatusCode.ServiceUnavailable, "ServiceUnavailable")]
    public async Task An_answer_that_says_nothing_about_the_secret_is_no_secret_that_is_missing(HttpStatusCode status, string code)
    {
        Vault.Refuse(status, code);

        var exception = await Assert.ThrowsAsync<SecretStoreException>(() => GetAsync());

        Assert.Equal(Name, exception.SecretName);
        var reason = $"Key Vault refused to hand it out: {(int)status} {code} (request request-1).";
        Assert.StartsWith(reason, exception.InnerException?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_identity_without_a_token_is_an_error_that_says_so()
    {
        Identity.IsKnown = false;

        var exception = await Assert.ThrowsAsync<SecretStoreException>(() => GetAsync());

        Assert.Equal("There is no token for Key Vault. Check the identity and its roles.", exception.InnerException?.Message);
    }

    [Fact]
    public async Task A_vault_that_cannot_be_reached_is_an_error_that_says_so()
    {
        Vault.Before = _ => throw new HttpRequestException(HttpRequestError.NameResolutionError);

        var exception = await Assert.ThrowsAsync<SecretStoreException>(() => GetAsync());

        Assert.Equal("Key Vault cannot be reached (NameResolutionError).", exception.InnerException?.Message);
    }

    [Fact]
    public async Task An_answer_that_is_not_Key_Vaults_is_an_error()
    {
        Vault.Instead = () => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("<html>s3cret</html>") };

        var exception = await Assert.ThrowsAsync<SecretStoreException>(() => GetAsync());

        Assert.StartsWith("Key Vault's answer could not be used (", exception.InnerException?.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_vault_that_fails_for_a_moment_is_asked_again_at_once()
    {
        Vault.Set(Name, "s1");
        var failures = 2;
        Vault.Before = _ =>
            Interlocked.Decrement(ref failures) >= 0 ? throw new HttpRequestException(HttpRequestError.ResponseEnded) : Task.CompletedTask;

        Assert.Equal(["s1"], await GetAsync());
    }
}
