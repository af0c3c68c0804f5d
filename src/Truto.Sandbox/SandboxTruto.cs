using System.Collections.Concurrent;
using Truto.Sandbox.Providers;
using Truto.Sandbox.State;

namespace Truto.Sandbox;

/// <summary>
/// An in-memory Truto: CRM users behind integrated accounts of the six providers, each of which enforces its row of the support
/// matrix. Serve it with <see cref="SandboxServer"/> or <see cref="SandboxEndpoints.MapTrutoSandbox"/>. Safe for use from many
/// threads; changes made here are seen by the next request.
/// </summary>
public sealed class SandboxTruto
{
    private readonly ConcurrentDictionary<string, AccountState> accounts = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private readonly long start;
    private SandboxLimits limits;

    /// <param name="time">The clock of limits, latency, idempotency keys and time stamps.</param>
    /// <param name="options">How the sandbox behaves.</param>
    /// <exception cref="ArgumentException">An option is not valid; the message names every one that is not.</exception>
    public SandboxTruto(TimeProvider time, SandboxOptions options)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid(nameof(options));
        Time = time;
        Options = options;
        start = time.GetTimestamp();
        limits = options.Limits;
        Calls = new SandboxCalls(options.CallCapacity);
        Faults = new SandboxFaults(options.Seed);
        Idempotency = new IdempotencyStore(options.IdempotencyCapacity, options.IdempotencyLifetime);
        AddInitialTokens();
    }

    /// <summary>
    /// Is told after a call has created, updated or deleted a user, on the call's own thread. For whoever plays Truto's webhooks; changes
    /// that are made here, past the API, are not told.
    /// </summary>
    public event EventHandler<SandboxChange>? Changed;

    /// <summary>The calls to the unified API, the latest of them in full.</summary>
    public SandboxCalls Calls { get; }

    /// <summary>What is made to go wrong.</summary>
    public SandboxFaults Faults { get; }

    /// <summary>The limits in force.</summary>
    public SandboxLimits Limits
    {
        get => Volatile.Read(ref limits);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            Volatile.Write(ref limits, value);
        }
    }

    /// <summary>Every account, in no order.</summary>
    public IEnumerable<SandboxAccount> Accounts => accounts.Values.Select(account => account.Settings.Account);

    internal TimeProvider Time { get; }

    internal void Tell(SandboxChange change) => Changed?.Invoke(this, change);

    internal SandboxOptions Options { get; }

    internal TokenStore Tokens { get; } = new();

    internal IdempotencyStore Idempotency { get; }

    /// <summary>The time in whole milliseconds, which is what Truto's times show.</summary>
    internal DateTimeOffset Now => Truncate(Time.GetUtcNow());

    /// <summary>Milliseconds since the sandbox was made, by a clock that nobody sets back.</summary>
    internal long Milliseconds => (long)Time.GetElapsedTime(start).TotalMilliseconds;

    /// <summary>Adds an account, or replaces the one with the same id, which keeps its users.</summary>
    /// <param name="account">The account.</param>
    /// <exception cref="ArgumentException">
    /// The id is empty, the provider is not in the support matrix, or one of the tokens is not usable or belongs to somebody else.
    /// </exception>
    public void PutAccount(SandboxAccount account)
    {
        ArgumentNullException.ThrowIfNull(account);
        if (string.IsNullOrEmpty(account.Id))
            throw new ArgumentException("An account's id must not be empty.", nameof(account));
        var provider = ProviderShape.Find(account.Provider ?? string.Empty) ??
            throw new ArgumentException($"The provider of account {account.Id} is not in the support matrix.", nameof(account));
        var settings = new AccountSettings(account, provider);
        lock (gate)
        {
            var before = State(account.Id);
            ReplaceTokens(account, before?.Settings.Account.Tokens ?? []);
            if (before is null)
                accounts[account.Id] = new AccountState(settings);
            else
                before.Settings = settings;
        }
    }

    /// <summary>Reads an account.</summary>
    /// <param name="account">The account's id.</param>
    public SandboxAccount? FindAccount(string account) => State(account)?.Settings.Account;

    /// <summary>Removes an account with its users and tokens.</summary>
    /// <param name="account">The account's id.</param>
    /// <returns>Whether there was one.</returns>
    public bool RemoveAccount(string account)
    {
        lock (gate)
        {
            if (!accounts.TryRemove(account, out var removed))
                return false;
            foreach (var token in removed.Settings.Account.Tokens)
                Tokens.Remove(token);
            return true;
        }
    }

    /// <summary>Adds a user, or replaces the one with the same id, without a call and past the provider's rules.</summary>
    /// <param name="account">The account's id.</param>
    /// <param name="user">The user.</param>
    /// <exception cref="ArgumentException">
    /// There is no such account, the id is empty, or another user of the account has the e-mail address.
    /// </exception>
    public void PutUser(string account, SandboxUser user)
    {
        ArgumentNullException.ThrowIfNull(user);
        if (string.IsNullOrEmpty(user.Id))
            throw new ArgumentException("A user's id must not be empty.", nameof(user));
        var state = State(account) ?? throw new ArgumentException($"There is no account {account}.", nameof(account));
        var created = user.CreatedAt == default ? Now : Truncate(user.CreatedAt);
        var updated = user.UpdatedAt == default ? created : Truncate(user.UpdatedAt);
        if (state.Put(user with { CreatedAt = created, UpdatedAt = updated }) == ChangeResult.EmailTaken)
            throw new ArgumentException($"Another user of the account has the e-mail address of user {user.Id}.", nameof(user));
    }

    /// <summary>Reads a user.</summary>
    /// <param name="account">The account's id.</param>
    /// <param name="userId">The user's id.</param>
    /// <returns>The user as it is now; null where there is no such account or user.</returns>
    public SandboxUser? Find(string account, string userId) => State(account)?.Find(userId);

    /// <summary>Reads every user of an account, in the order in which they came in; none where there is no such account.</summary>
    /// <param name="account">The account's id.</param>
    public IEnumerable<SandboxUser> Users(string account) => State(account)?.Users ?? [];

    /// <summary>Counts the users of an account; 0 where there is no such account.</summary>
    /// <param name="account">The account's id.</param>
    public int CountUsers(string account) => State(account)?.Count ?? 0;

    /// <summary>Removes a user without a call.</summary>
    /// <param name="account">The account's id.</param>
    /// <param name="userId">The user's id.</param>
    /// <returns>Whether there was one.</returns>
    public bool RemoveUser(string account, string userId) => State(account)?.Remove(userId) ?? false;

    /// <summary>Makes an API token valid.</summary>
    /// <param name="token">1 to 512 visible ASCII characters.</param>
    /// <returns>Whether it was not valid before.</returns>
    /// <exception cref="ArgumentException">The token is not usable.</exception>
    public bool AddToken(string token) => Tokens.TryAdd(token, account: null);

    /// <summary>Ends the validity of an API token or of an account's own token, as when it expires or is rotated.</summary>
    /// <param name="token">The token.</param>
    /// <returns>Whether it was valid.</returns>
    public bool RevokeToken(string token) => Tokens.Remove(token);

    /// <summary>Makes everything as it was after construction: no accounts, no users, no calls, no faults, the options' tokens.</summary>
    public void Reset()
    {
        lock (gate)
        {
            accounts.Clear();
            Tokens.Clear();
            AddInitialTokens();
        }

        Limits = Options.Limits;
        Faults.Reset();
        Idempotency.Clear();
        Calls.Clear();
    }

    internal AccountState? State(string account) => accounts.GetValueOrDefault(account);

    private static DateTimeOffset Truncate(DateTimeOffset time) =>
        new(time.UtcTicks - time.UtcTicks % TimeSpan.TicksPerMillisecond, TimeSpan.Zero);

    private void AddInitialTokens()
    {
        foreach (var token in Options.Tokens)
            Tokens.TryAdd(token, account: null);
    }

    private void ReplaceTokens(SandboxAccount account, IReadOnlyList<string> before)
    {
        foreach (var token in account.Tokens)
        {
            if (!TokenStore.IsUsable(token))
            {
                throw new ArgumentException(
                    $"The tokens of account {account.Id} must be 1 to 512 visible ASCII characters each.", nameof(account));
            }


            if (Tokens.Find(token) is { } known && !string.Equals(known.Account, account.Id, StringComparison.Ordinal))
                throw new ArgumentException($"A token of account {account.Id} belongs to somebody else.", nameof(account));
        }

        foreach (var token in before.Except(account.Tokens, StringComparer.Ordinal))
            Tokens.Remove(token);
        foreach (var token in account.Tokens)
            Tokens.TryAdd(token, account.Id);
    }
}
