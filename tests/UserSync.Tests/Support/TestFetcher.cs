using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Moq;
using UserSync.Fetching;
using UserSync.Secrets;

namespace UserSync.Tests.Support;

/// <summary>Fetchers of records over a scripted network.</summary>
internal static class TestFetcher
{
    internal const string Secret = "directory-secret";

    /// <summary>A network for sources that fetch nothing.</summary>
    internal static HttpMessageHandler Nowhere => new Script(_ => throw new InvalidOperationException("No record is fetched here."));

    internal static RecordFetcher Over(
        HttpMessageHandler network, ISecretStore? secrets = null, FetchingOptions? options = null, TimeProvider? time = null, ILogger<RecordFetcher>? log = null) => new(
        Factory(network),
        secrets ?? TestSecrets.Of(Secret, "s3cret"),
        Options.Create(options ?? new FetchingOptions()),
        time ?? new TestTime(),
        log ?? NullLogger<RecordFetcher>.Instance);

    internal static FetchClients Clients(HttpMessageHandler network) => new(Factory(network));

    private static IHttpClientFactory Factory(HttpMessageHandler network)
    {
        var factory = new Mock<IHttpClientFactory>();
        factory.Setup(http => http.CreateClient(It.IsAny<string>())).Returns(() => new HttpClient(network, disposeHandler: false));
        return factory.Object;
    }
}
