using Truto;

namespace UserSync.Tests.Support;

/// <summary>Clients of Truto over a scripted network. They try once, and wait for ever.</summary>
internal static class TestTruto
{
    private static readonly TimeSpan ForEver = TimeSpan.FromDays(1);

    internal static TrutoClient Over(HttpMessageHandler network, TimeProvider? time = null) =>
        TrutoClient.Create(new TrutoOptions { MaxRetries = 0, AttemptTimeout = ForEver, OverallTimeout = ForEver }, time, network);
}
