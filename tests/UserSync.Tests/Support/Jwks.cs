using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Moq;
using UserSync.Receiving.Verification;

namespace UserSync.Tests.Support;

/// <summary>Clients for senders' public keys over a scripted network.</summary>
internal static class Jwks
{
    /// <summary>A client for sources that name no address of keys.</summary>
    internal static JwksClient Unused => Over(new Script(_ => throw new InvalidOperationException("No address is called here.")), TimeProvider.System);

    internal static JwksClient Over(HttpMessageHandler network, TimeProvider? time = null, ILogger<JwksClient>? log = null)
    {
        var factory = new Mock<IHttpClientFactory>();
        factory.Setup(http => http.CreateClient(JwksClient.HttpClientName)).Returns(() => new HttpClient(network, disposeHandler: false));
        return new JwksClient(factory.Object, time ?? new FakeTimeProvider(Now.Time), log ?? NullLogger<JwksClient>.Instance);
    }
}
