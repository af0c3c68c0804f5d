using System.Net.Http.Headers;
using System.Text;

namespace Truto.Sandbox.Tests;

/// <summary>A sandbox with one account on its own Kestrel, and a client that calls it as a Truto client would.</summary>
internal sealed class Sandbox : IAsyncDisposable
{
    public const string Account = "62f44730-dd91-461e-bd6a-aedd9e0ad79d";
    public const string UserId = "23423523";

    private readonly SandboxServer server;

    private Sandbox(SandboxTruto truto, TestTime time, SandboxServer server)
    {
        Truto = truto;
        Time = time;
        this.server = server;
        Client = new HttpClient { BaseAddress = server.BaseAddress, Timeout = TimeSpan.FromSeconds(30) };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", SandboxOptions.DefaultToken);
    }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public SandboxTruto Truto { get; }

    public TestTime Time { get; }

    public HttpClient Client { get; }

    public Uri Address => server.BaseAddress;

    public SandboxUser User => Truto.Find(Account, UserId) ?? throw new InvalidOperationException("The user is gone.");

    public SandboxCall LastCall => Truto.Calls.Last();

    /// <summary>Starts a sandbox without limits, with one account and one user.</summary>
    public static async Task<Sandbox> StartAsync(string provider = "pipedrive", SandboxOptions? options = null)
    {
        var time = new TestTime();
        var truto = new SandboxTruto(time, options ?? new SandboxOptions { Limits = SandboxLimits.Off });
        truto.PutAccount(new SandboxAccount(Account, provider));
        truto.PutUser(Account, new SandboxUser(UserId)
        {
            Email = "amelia@example.com",
            Name = "Amelia Ortiz",
            FirstName = "Amelia",
            LastName = "Ortiz",
            IsActive = true,
        });
        return new Sandbox(truto, time, await SandboxServer.StartAsync(truto, cancellationToken: Cancellation));
    }

    public static string Path(string id = UserId, string query = "") =>
        $"/unified/crm/users/{Uri.EscapeDataString(id)}?integrated_account_id={Account}{query}";

    public static string Collection(string query = "") => $"/unified/crm/users?integrated_account_id={Account}{query}";

    /// <summary>Waits for something that happens on another thread, and gives up where it never does.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        for (var attempt = 0; !condition(); attempt++)
        {
            Assert.True(attempt < 4_000, "This should have happened long ago.");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancellation);
        }
    }

    public Task<HttpResponseMessage> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<HttpResponseMessage> PatchAsync(string body, string query = "", string? key = null, string id = UserId) =>
        SendAsync(HttpMethod.Patch, Path(id, query), body, key);

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body = null, string? key = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return await Client.SendAsync(request, Cancellation);
    }

    public void ChangeAccount(Func<SandboxAccount, SandboxAccount> change) =>
        Truto.PutAccount(change(Truto.FindAccount(Account)!));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await server.DisposeAsync();
    }
}
