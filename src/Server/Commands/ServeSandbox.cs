using Spectre.Console;
using Truto.Sandbox;
using UserSync.Sources;

namespace Server.Commands;

/// <summary>An in-memory Truto behind the served sources, for a first look without a Truto account.</summary>
internal sealed class ServeSandbox : IAsyncDisposable
{
    /// <summary>The CRM user that every account has.</summary>
    internal const string UserId = "42";

    private readonly SandboxTruto truto;
    private readonly SandboxServer server;
    private readonly TemporaryStore store;

    private ServeSandbox(SandboxTruto truto, SandboxServer server, TemporaryStore store)
    {
        this.truto = truto;
        this.store = store;
        this.server = server;
    }

    /// <summary>Starts the sandbox, and sets what makes the server use it.</summary>
    internal static async Task<ServeSandbox> StartAsync(Dictionary<string, string?> settings, CancellationToken cancellationToken)
    {
        var truto = new SandboxTruto(TimeProvider.System, new SandboxOptions());
        var server = await SandboxServer.StartAsync(truto, cancellationToken: cancellationToken);
        var store = new TemporaryStore();
        store.Use(settings);
        settings["Truto:BaseAddress"] = server.BaseAddress.ToString();
        settings[$"Secrets:{TrutoTarget.DefaultTokenSecret}"] = SandboxOptions.DefaultToken;
        settings["Console:SaveSources"] = bool.TrueString;
        return new ServeSandbox(truto, server, store);
    }

    /// <summary>Gives every source's account a user.</summary>
    internal void Fill(SourceCatalog sources)
    {
        foreach (var source in sources.All)
        {
            truto.PutAccount(new SandboxAccount(source.Truto.Account, source.Mapping.Provider));
            truto.PutUser(source.Truto.Account, new SandboxUser(UserId) { Email = "grace@example.com", Name = "Grace Hopper", IsActive = true });
        }
    }

    /// <summary>Says how to break Truto, and how to mend it: for each account, what makes its CRM refuse the connection.</summary>
    internal void Explain(IAnsiConsole console, SourceCatalog sources)
    {
        foreach (var source in sources.All.DistinctBy(source => source.Truto.Account, StringComparer.Ordinal))
        {
            console.WriteLine();
            console.MarkupLineInterpolated($"Truto is a sandbox at [link]{server.BaseAddress}[/]. When {source.Mapping.Provider} is to refuse {source.Name}:");
            console.WriteLine($"  break it: {Command("needs_reauth")}");
            console.WriteLine($"  mend it:  {Command("active")}");

            string Command(string status)
            {
                var account = $$"""{"provider":"{{source.Mapping.Provider}}","status":"{{status}}"}""";
                return $"curl -X PUT -d '{account}' {server.BaseAddress}_sandbox/accounts/{source.Truto.Account}";
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        store.Dispose();
    }
}
