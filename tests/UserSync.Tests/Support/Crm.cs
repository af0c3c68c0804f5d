using Truto.Sandbox;

namespace UserSync.Tests.Support;

/// <summary>A sandbox of Truto behind a real connection, and the product's parts before it, over a clock that a test moves.</summary>
internal sealed class Crm : IAsyncDisposable
{
    private readonly SandboxServer server;

    private Crm(SandboxTruto truto, SandboxServer server, TestTime time)
    {
        Truto = truto;
        this.server = server;
        Time = time;
    }

    internal SandboxTruto Truto { get; }

    internal TestTime Time { get; }

    /// <summary>The connection to it.</summary>
    internal HttpMessageHandler Network => new Redirected(server.BaseAddress);

    /// <summary>The calls of a method, in order.</summary>
    internal int Count(string method) => Truto.Calls.Count(call => call.Method == method);

    internal static async Task<Crm> StartAsync(string provider, int pageSize = 25)
    {
        var time = new TestTime();
        var truto = new SandboxTruto(time, new SandboxOptions { Tokens = [TestProcessing.Token], Limits = SandboxLimits.Off, MaxPageSize = pageSize, DefaultPageSize = pageSize });
        truto.PutAccount(new SandboxAccount(TestSource.Account, provider));
        return new Crm(truto, await SandboxServer.StartAsync(truto, cancellationToken: TestContext.Current.CancellationToken), time);
    }

    internal void Put(string id, string email, string? name = null) =>
        Truto.PutUser(TestSource.Account, new SandboxUser(id) { Email = email, FirstName = "Ada", LastName = "Lovelace", Name = name ?? "Ada Lovelace", UpdatedAt = Time.GetUtcNow() });

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private sealed class Redirected(Uri to) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = new Uri(to, request.RequestUri!.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
