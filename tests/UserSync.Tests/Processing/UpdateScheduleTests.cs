using CsCheck;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using UserSync.Ledger;
using UserSync.Processing;
using UserSync.Tests.Support;

namespace UserSync.Tests.Processing;

public sealed class UpdateScheduleTests
{
    private const string Token = "truto-api-token";

    private readonly FakeTimeProvider time = new(Now.Time);
    private readonly LimitOptions limits = new() { AccountRequests = 2, AccountWindow = TimeSpan.FromSeconds(10), TokenRequests = 5, TokenWindow = TimeSpan.FromSeconds(10) };
    private readonly UpdateSchedule schedule;

    public UpdateScheduleTests() => schedule = new UpdateSchedule(Options.Create(limits), time);

    [Fact]
    public void The_defaults_are_Trutos_own_limits()
    {
        var defaults = new LimitOptions();

        Assert.Equal(
            (true, 50, TimeSpan.FromSeconds(10), 500, TimeSpan.FromSeconds(10)),
            (defaults.Enabled, defaults.AccountRequests, defaults.AccountWindow, defaults.TokenRequests, defaults.TokenWindow));
    }

    [Fact]
    public void An_account_gets_so_many_updates_in_any_window()
    {
        Assert.Equal(0, Take("a", "1"));
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(0, Take("a", "2"));

        Assert.Equal(6, Take("a", "3"));
        Assert.Equal(10, Take("a", "4"));
        Assert.Equal(16, Take("a", "5"));
        Assert.Equal(0, Take("b", "1"));
    }

    [Fact]
    public void It_says_how_near_each_account_is_to_its_limit()
    {
        Take("a", "1");
        Take("a", "2");
        Take("a", "3");
        Take("b", "1");
        schedule.Pause("b", TimeSpan.FromSeconds(7));

        Assert.Equal(
            [
                new AccountPressure("a", 2, 2, TimeSpan.FromSeconds(10), Waiting: 1, PausedUntil: null),
                new AccountPressure("b", 1, 2, TimeSpan.FromSeconds(10), Waiting: 0, PausedUntil: Now.Time.AddSeconds(7)),
            ],
            schedule.Measure());
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.All(schedule.Measure(), account => Assert.Equal((0, 0, null), (account.Taken, account.Waiting, account.PausedUntil)));
    }

    [Fact]
    public void Who_has_to_wait_is_told_the_same_time_again_and_gets_the_turn_then()
    {
        Take("a", "1");
        Take("a", "2");

        Assert.Equal(10, Take("a", "3"));
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(7, Take("a", "3"));
        Assert.Equal(7, Take("a", "3"));
        time.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(0, Take("a", "3"));
    }

    [Fact]
    public void A_token_gets_so_many_updates_over_all_accounts()
    {
        foreach (var account in "abcde")
        {
            Assert.Equal(0, Take($"{account}", "1"));
        }

        Assert.Equal(10, Take("f", "1"));
        Assert.Equal(10, Take("g", "1"));
        Assert.Equal(0, Take("f", "2", "another-token"));
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((0, 0), (Take("f", "1"), Take("g", "1")));
    }

    [Fact]
    public void What_waits_for_one_account_does_not_hold_back_the_others_of_its_token()
    {
        // Two now, and the others over the next minute and a half.
        for (var user = 0; user < 20; user++)
        {
            Take("busy", $"{user}");
        }

        Assert.Equal(0, Take("b", "1"));
        Assert.Equal(0, Take("b", "2"));
        Assert.Equal(0, Take("c", "1"));
        Assert.Equal(10, Take("c", "2"));
    }

    [Fact]
    public void A_pause_is_for_one_account_only()
    {
        schedule.Pause("a", TimeSpan.FromSeconds(30));

        Assert.Equal(30, Take("a", "1"));
        Assert.Equal(0, Take("b", "1"));
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(1, Take("a", "1"));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, Take("a", "1"));
    }

    [Fact]
    public void A_shorter_pause_does_not_end_a_longer_one()
    {
        schedule.Pause("a", TimeSpan.FromSeconds(30));
        schedule.Pause("a", TimeSpan.FromSeconds(5));

        Assert.Equal(30, Take("a", "1"));
    }

    [Fact]
    public void After_a_pause_those_who_waited_do_not_come_all_at_once()
    {
        var told = new double[10];
        for (var user = 0; user < told.Length; user++)
        {
            told[user] = Take("a", $"{user}");
        }

        Assert.Equal([0, 0, 10, 10, 20, 20, 30, 30, 40, 40], told);
        schedule.Pause("a", TimeSpan.FromSeconds(35));
        time.Advance(TimeSpan.FromSeconds(35));

        // Nobody has come meanwhile: the line is made anew, and those who still have a time keep it.
        Assert.Equal([35, 35, 45, 45, 55, 55], Enumerable.Range(2, 6).Select(user => 35 + Take("a", $"{user}")));
        Assert.Equal([40, 40], Enumerable.Range(8, 2).Select(user => 35 + Take("a", $"{user}")));
    }

    [Fact]
    public void Those_who_come_during_a_pause_get_another_time_after_those_who_have_one()
    {
        var told = Enumerable.Range(0, 8).Select(user => Take("a", $"{user}")).ToList();
        Assert.Equal([0, 0, 10, 10, 20, 20, 30, 30], told);
        time.Advance(TimeSpan.FromSeconds(10));
        schedule.Pause("a", TimeSpan.FromSeconds(5));

        Assert.Equal([40, 40], Enumerable.Range(2, 2).Select(user => 10 + Take("a", $"{user}")));
        Assert.Equal([20, 20], Enumerable.Range(4, 2).Select(user => 10 + Take("a", $"{user}")));
    }

    [Fact]
    public void Turns_that_nobody_comes_for_do_not_keep_others_waiting()
    {
        for (var user = 0; user < 40; user++)
        {
            Take("a", $"{user}");
        }

        time.Advance(TimeSpan.FromSeconds(100));

        Assert.Equal([0, 0, 10, 10], Enumerable.Range(40, 4).Select(user => Take("a", $"{user}")));
    }

    [Fact]
    public void A_turn_is_kept_for_a_little_longer_than_its_time()
    {
        limits.AccountRequests = 1;
        Take("a", "1");
        Assert.Equal(10, Take("a", "2"));
        time.Advance(TimeSpan.FromSeconds(12.9));
        Assert.Equal(3, Take("a", "3"));

        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(0, Take("a", "4"));
    }

    [Fact]
    public void Whose_turn_it_is_goes_before_whoever_has_just_come()
    {
        Assert.Equal([0, 0, 10, 10], Enumerable.Range(1, 4).Select(user => Take("a", $"{user}")));
        time.Advance(TimeSpan.FromSeconds(10));

        // The others are to come and see in a moment whether all came, and find their place in the line then.
        Assert.Equal([3, 0, 3, 0], ((string[])["5", "3", "6", "4"]).Select(user => Take("a", user)));
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal([7, 7, 17], Enumerable.Range(5, 3).Select(user => Take("a", $"{user}")));
    }

    [Fact]
    public void Who_finds_no_room_at_its_time_stays_before_those_who_came_later()
    {
        Assert.Equal([0, 0, 10, 10, 20, 20], Enumerable.Range(1, 6).Select(user => Take("a", $"{user}")));
        time.Advance(TimeSpan.FromSeconds(12));
        Assert.Equal(0, Take("a", "3"));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, Take("a", "4"));
        time.Advance(TimeSpan.FromSeconds(7));

        Assert.Equal([2, 3, 10], ((string[])["5", "6", "7"]).Select(user => Take("a", user)));
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([1, 0, 1], ((string[])["6", "5", "6"]).Select(user => Take("a", user)));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, Take("a", "6"));
    }

    [Fact]
    public void Who_comes_before_the_time_it_was_told_finds_room_too()
    {
        schedule.Pause("a", TimeSpan.FromSeconds(5));
        Assert.Equal([5, 5, 15], Enumerable.Range(1, 3).Select(user => Take("a", $"{user}")));
        time.Advance(TimeSpan.FromSeconds(9));

        Assert.Equal(0, Take("a", "3"));
        Assert.Equal(0, Take("a", "2"));

        // The turn that 3 was told is for somebody else.
        Assert.Equal(10, Take("a", "4"));
    }

    [Fact]
    public void A_turn_that_is_given_up_is_planned_for_the_next()
    {
        Assert.Equal([0, 0, 10, 10, 20], Enumerable.Range(1, 5).Select(user => Take("a", $"{user}")));

        schedule.GiveUp(new UserKey("a", "3"));
        schedule.GiveUp(new UserKey("a", "3"));
        schedule.GiveUp(new UserKey("b", "3"));

        Assert.Equal([10, 20], Enumerable.Range(6, 2).Select(user => Take("a", $"{user}")));
        Assert.Equal(4, schedule.Measure()[0].Waiting);
    }

    [Fact]
    public void However_many_give_up_their_turns_the_line_is_no_longer_for_it()
    {
        Assert.Equal([0, 0, 10], Enumerable.Range(1, 3).Select(user => Take("a", $"{user}")));
        for (var user = 4; user < 1000; user++)
        {
            Assert.Equal(10, Take("a", $"{user}"));
            schedule.GiveUp(new UserKey("a", $"{user}"));
        }

        Assert.Equal([10, 20], Enumerable.Range(1000, 2).Select(user => Take("a", $"{user}")));
    }

    [Fact]
    public void In_the_line_of_the_token_whose_turn_it_is_goes_first_too()
    {
        foreach (var account in "abcde")
        {
            Assert.Equal(0, Take($"{account}", "1"));
        }

        Assert.Equal([10, 10, 10, 10, 10, 20], "fghijk".Select(account => Take($"{account}", "1")));
        time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(3, Take("l", "1"));
        Assert.Equal([0, 0, 0, 0, 0], "jihgf".Select(account => Take($"{account}", "1")));
    }

    [Fact]
    public void Several_instances_use_nearly_all_of_their_shares_although_messages_come_back_to_any_of_them()
    {
        const int Instances = 4;
        const int Users = 800;
        limits.AccountRequests = 12;
        limits.TokenRequests = 500;
        var instances = Enumerable.Range(0, Instances).Select(_ => new UpdateSchedule(Options.Create(limits), time)).ToList();
        var random = new Random(1);
        var due = new PriorityQueue<int, DateTimeOffset>(Enumerable.Range(0, Users).Select(user => (user, Now.Time)));
        var turns = new List<DateTimeOffset>();
        var asked = 0;
        while (due.TryDequeue(out var user, out var at))
        {
            time.SetUtcNow(at > time.GetUtcNow() ? at : time.GetUtcNow());
            var delay = instances[random.Next(Instances)].TryTake(new UserKey("a", $"{user}"), Token);
            asked++;
            if (delay == TimeSpan.Zero)
            {
                turns.Add(at);
            }
            else
            {
                // A queue is a little late.
                due.Enqueue(user, at + delay + (TimeSpan.FromSeconds(1) * random.NextDouble()));
            }
        }

        var atBest = limits.AccountWindow * Users / (Instances * limits.AccountRequests);
        Assert.InRange(turns[^1] - Now.Time, TimeSpan.Zero, 1.4 * atBest);
        Assert.InRange(asked, Users, 4 * Users);
    }

    [Fact]
    public void A_turn_that_is_given_back_is_for_somebody_else()
    {
        Take("a", "1");
        Take("a", "2");
        schedule.GiveBack(new UserKey("a", "2"), Token);

        Assert.Equal(0, Take("a", "3"));
        Assert.Equal(10, Take("a", "4"));
    }

    [Fact]
    public void A_turn_that_is_given_back_leaves_those_before_it_as_they_are()
    {
        limits.AccountRequests = 3;
        Take("a", "1");
        time.Advance(TimeSpan.FromSeconds(1));
        Take("a", "2");
        time.Advance(TimeSpan.FromSeconds(1));
        Take("a", "3");
        schedule.GiveBack(new UserKey("a", "3"), Token);

        Assert.Equal(0, Take("a", "4"));
        Assert.Equal(8, Take("a", "5"));
    }

    [Fact]
    public void A_turn_that_is_given_back_is_not_that_of_somebody_who_took_one_since()
    {
        Take("a", "1");
        time.Advance(TimeSpan.FromSeconds(4));
        Take("a", "2");
        schedule.GiveBack(new UserKey("a", "1"), Token);

        Assert.Equal(0, Take("a", "3"));

        // Two were taken at 4.
        Assert.Equal(10, Take("a", "4"));
    }

    [Fact]
    public void A_turn_that_is_given_back_is_for_another_account_too()
    {
        foreach (var account in "abcde")
        {
            Take($"{account}", "1");
        }

        schedule.GiveBack(new UserKey("e", "1"), Token);

        Assert.Equal(0, Take("f", "1"));
        Assert.Equal(10, Take("g", "1"));
    }

    [Fact]
    public void An_account_is_forgotten_when_neither_updates_nor_a_pause_of_it_matter_any_more()
    {
        Take("long ago", "1");
        schedule.Pause("paused", TimeSpan.FromMinutes(10));
        time.Advance(TimeSpan.FromSeconds(59));
        Take("lately", "1");
        Assert.Equal(["lately", "long ago", "paused"], Accounts());

        time.Advance(TimeSpan.FromSeconds(1));
        Take("now", "1");
        Assert.Equal(["lately", "now", "paused"], Accounts());

        time.Advance(TimeSpan.FromMinutes(10));
        Take("later", "1");
        Assert.Equal(["later"], Accounts());

        IEnumerable<string> Accounts() => schedule.Measure().Select(account => account.Account);
    }

    [Fact]
    public void An_account_whose_users_wait_is_not_forgotten()
    {
        limits.AccountWindow = TimeSpan.FromMinutes(5);
        Take("a", "1");
        Take("a", "2");
        Assert.Equal(300, Take("a", "3"));
        time.Advance(TimeSpan.FromMinutes(2));
        Take("b", "1");

        Assert.Equal(180, Take("a", "3"));
        Assert.Equal(1, schedule.Measure()[0].Waiting);
    }

    [Fact]
    public void Nothing_is_limited_where_limits_are_switched_off()
    {
        limits.Enabled = false;
        schedule.Pause("a", TimeSpan.FromHours(1));
        Assert.Empty(schedule.Measure());

        Assert.All(Enumerable.Range(0, 100), user => Assert.Equal(0, Take("a", $"{user}")));
        schedule.GiveBack(new UserKey("a", "1"), Token);
    }

    [Fact]
    public void Who_comes_later_than_planned_counts_when_he_comes()
    {
        Take("a", "1");
        Take("a", "2");
        Assert.Equal(10, Take("a", "3"));
        Assert.Equal(10, Take("a", "4"));
        time.Advance(TimeSpan.FromSeconds(19));
        Assert.Equal((0, 0), (Take("a", "3"), Take("a", "4")));
        time.Advance(TimeSpan.FromSeconds(2));

        // The plan has a place at 20; but two updates were sent at 19.
        Assert.Equal(8, Take("a", "5"));
    }

    [Fact]
    public void In_no_window_are_there_more_updates_than_allowed_nobody_waits_for_room_that_is_kept_for_nobody_and_everybody_gets_a_turn() =>
        Gen.Select(Gen.Int[0, 10], Gen.Int[0, 7], Gen.Int[0, 40]).Array[1, 120].Sample(
            steps =>
            {
                var clock = new FakeTimeProvider(Now.Time);
                var tested = new UpdateSchedule(Options.Create(limits), clock);
                var taken = new List<(UserKey User, DateTimeOffset At)>();
                var told = new Dictionary<UserKey, DateTimeOffset>();
                var paused = new Dictionary<string, DateTimeOffset>();
                foreach (var (what, user, amount) in steps)
                {
                    var key = new UserKey($"{"abc"[user % 3]}", $"{user}");
                    var now = clock.GetUtcNow();
                    switch (what)
                    {
                        case 0:
                            tested.Pause(key.Account, TimeSpan.FromSeconds(amount));
                            paused[key.Account] = Enumerable.Max([paused.GetValueOrDefault(key.Account), now.AddSeconds(amount)]);
                            break;
                        case 1:
                            if (taken.FindLastIndex(turn => turn.User == key) is >= 0 and var last)
                            {
                                tested.GiveBack(key, Token);
                                taken.RemoveAt(last);
                            }

                            break;
                        case 2:
                            tested.GiveUp(key);
                            told.Remove(key);
                            break;
                        case < 6:
                            clock.Advance(TimeSpan.FromSeconds(amount / 4.0));
                            break;
                        default:
                            Try(key);
                            break;
                    }
                }

                for (var patience = 500; told.Count > 0; patience--)
                {
                    Assert.True(patience > 0, "Somebody never gets a turn.");
                    clock.Advance(TimeSpan.FromSeconds(1));
                    told.Keys.ToList().ForEach(Try);
                }

                Assert.All(taken, first => Assert.InRange(taken.Count(other => other.User.Account == first.User.Account && Within(first.At, other.At)), 1, limits.AccountRequests));
                Assert.All(taken, first => Assert.InRange(taken.Count(other => Within(first.At, other.At)), 1, limits.TokenRequests));

                void Try(UserKey key)
                {
                    var now = clock.GetUtcNow();
                    var hasRoom = now >= paused.GetValueOrDefault(key.Account)
                        && taken.Count(turn => turn.User.Account == key.Account && Within(turn.At, now)) < limits.AccountRequests
                        && taken.Count(turn => Within(turn.At, now)) < limits.TokenRequests;
                    var isKept = told.Any(other => other.Key != key && other.Value <= now && other.Value > now - TimeSpan.FromSeconds(3));
                    var delay = tested.TryTake(key, Token);
                    if (delay == TimeSpan.Zero)
                    {
                        Assert.True(hasRoom);
                        taken.Add((key, now));
                        told.Remove(key);
                    }
                    else
                    {
                        Assert.False(hasRoom && !isKept, "There was room, and it was kept for nobody.");
                        Assert.True(delay > TimeSpan.Zero);
                        told[key] = now + delay;
                    }
                }
            },
            iter: 2000);

    private static bool Within(DateTimeOffset first, DateTimeOffset other) => other >= first && other < first + TimeSpan.FromSeconds(10);

    /// <summary>How many seconds to stay away.</summary>
    private double Take(string account, string user, string token = Token) => schedule.TryTake(new UserKey(account, user), token).TotalSeconds;
}
